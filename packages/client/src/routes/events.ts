import type { EventAnswer, ReceivedEvent } from '../answers.ts';
import { type ListFilters, paginate } from '../paginate.ts';
import { type CallOptions, type PostOptions, path, type Requester } from '../request.ts';

/** What is published (contract s3). `payload` comes back value for value. */
export interface PublishedEvent {
  orgId?: string | undefined;
  svcId?: string | undefined;
  /** E.g. `CONTAINER`; or the dotted form `project.entity.action`, then without `action`. */
  type: string;
  action?: string | undefined;
  isTest?: boolean | undefined;
  payload: Record<string, unknown>;
}

export interface EventFilters extends ListFilters {
  type?: string | undefined;
  action?: string | undefined;
  orgId?: string | undefined;
  svcId?: string | undefined;
  id?: string | undefined;
  since?: string | Date | undefined;
  /** Exclusive. */
  until?: string | Date | undefined;
}

/** `/api/events` (contract s3, s7). */
export function eventRoutes(request: Requester) {
  return {
    publish: (event: PublishedEvent, options?: PostOptions) =>
      request.json<EventAnswer>({ method: 'POST', path: '/events', body: event, options }),
    get: (id: string, options?: CallOptions) =>
      request.json<ReceivedEvent>({ method: 'GET', path: path`/events/${id}`, options }),
    /** What was published and what was told, newest first. */
    list: (filters: EventFilters = {}, options?: CallOptions) =>
      paginate<ReceivedEvent>(request, { path: '/events', query: filters, options }),
  };
}
