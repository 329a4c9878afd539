import type { CanonicalStatus, HistoryEntry, ObservationEntry, TraceExplanation } from '@envase/contracts';
import type { Trace } from '../answers.ts';
import { type ListFilters, paginate } from '../paginate.ts';
import { type CallOptions, type PostOptions, path, type Requester } from '../request.ts';

export interface TraceFilters extends ListFilters {
  status?: CanonicalStatus | undefined;
  providerId?: string | undefined;
  siteId?: string | undefined;
  /** A number as people write it. */
  q?: string | undefined;
  /** Those that ought to have run by now. */
  overdue?: boolean | undefined;
}

/** One of them at most (contract s7). */
export interface TraceMoment extends CallOptions {
  /** What was true then, as far as is known today. */
  asOf?: string | Date | undefined;
  /** What had been told by then. */
  knownAt?: string | Date | undefined;
}

/** `/api/traces` and the traces of one box (contract s7). */
export function traceRoutes(request: Requester) {
  const order = (command: string) => (id: string, options?: PostOptions) =>
    request.json<Trace>({ method: 'POST', path: path`/traces/${id}/${command}`, options });
  return {
    get: (id: string, { asOf, knownAt, ...options }: TraceMoment = {}) =>
      request.json<Trace>({ method: 'GET', path: path`/traces/${id}`, query: { asOf, knownAt }, options }),
    /** Newest first. */
    list: (filters: TraceFilters = {}, options?: CallOptions) =>
      paginate<Trace>(request, { path: '/traces', query: filters, options }),
    /** The traces of one container; throws `not_found` where the caller has none. */
    ofContainer: (number: string, filters: ListFilters = {}, options?: CallOptions) =>
      paginate<Trace>(request, { path: path`/containers/${number}`, query: filters, options }),
    /** Results and what each changed, newest first. */
    history: (id: string, filters: ListFilters = {}, options?: CallOptions) =>
      paginate<HistoryEntry>(request, { path: path`/traces/${id}/history`, query: filters, options }),
    /** What the provider said, newest first. */
    observations: (id: string, filters: ListFilters = {}, options?: CallOptions) =>
      paginate<ObservationEntry>(request, {
        path: path`/traces/${id}/observations`,
        query: filters,
        options,
      }),
    /** Why it ran last and runs next when it does. */
    explain: (id: string, options?: CallOptions) =>
      request.json<TraceExplanation>({ method: 'GET', path: path`/traces/${id}/explain`, options }),
    /** Runs it now where the provider answers at once; counts against the quota of the client. */
    refresh: order('refresh'),
    stop: order('stop'),
    resume: order('resume'),
  };
}
