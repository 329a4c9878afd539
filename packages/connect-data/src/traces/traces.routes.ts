import { listQuery, pageOf, traceAnswer } from '@envase/contracts';
import type { PageOf, Tenant, TraceDoc, TraceRepository } from '@envase/db';
import { judgeNumber } from '@envase/domain';
import { endpoint, type Route } from '@envase/http';
import { AppError, type Clock } from '@envase/runtime';
import { z } from 'zod';
import { moment } from '../moment.ts';
import { tenantOf } from '../tenant.ts';
import type { AwaitApplied } from './await-applied.ts';
import { type FindTrace, traceId } from './find-trace.ts';
import { presentTrace } from './present-trace.ts';
import { readTraceFilters, traceQuery } from './read-filters.ts';
import type { Asked, ReadPast } from './time-machine.ts';

const scope = 'connectdata/events';
const boxNumber = z.object({ number: z.string().min(1).max(64) });

const momentQuery = z
  .object({ asOf: moment.optional(), knownAt: moment.optional() })
  .refine(({ asOf, knownAt }) => !asOf || !knownAt, { path: ['knownAt'], error: 'goes without asOf' });

interface TraceRouteDeps {
  traces: TraceRepository;
  findTrace: FindTrace;
  readPast: ReadPast;
  awaitApplied: AwaitApplied;
  clock: Pick<Clock, 'now'>;
}

/** `/api/traces` and the traces of one box (contract s7, s9). */
export function traceRoutes(deps: TraceRouteDeps): Route[] {
  return [listRoute(deps), readRoute(deps), containerRoute(deps)];
}

function listRoute({ traces, clock }: TraceRouteDeps): Route {
  return {
    method: 'GET',
    path: '/api/traces',
    endpoint: endpoint({
      scope,
      summary: 'List traces, newest first',
      query: traceQuery,
      answers: { 200: pageOf(traceAnswer) },
      handle: async ({ client, query }) => {
        const now = clock.now();
        const { limit, cursor } = query;
        const filters = readTraceFilters(query, now);
        const page = await traces.list(tenantOf(client), filters, { limit, cursor });
        const data = page.items.map((trace) => presentTrace(trace, new Date(now)));
        return { status: 200, body: { data, nextCursor: page.nextCursor } };
      },
    }),
  };
}

function readRoute({ findTrace, readPast, clock }: TraceRouteDeps): Route {
  return {
    method: 'GET',
    path: '/api/traces/:id',
    endpoint: endpoint({
      scope,
      summary: 'Read what is known of a trace now, was true of it, or had been told by a moment',
      params: traceId,
      query: momentQuery,
      answers: { 200: traceAnswer },
      handle: async ({ client, params, query }) => {
        const tenant = tenantOf(client);
        const trace = await findTrace(tenant, params.id);
        const asked = readAsked(query);
        const body = asked
          ? await readPast(tenant, trace, asked)
          : presentTrace(trace, new Date(clock.now()));
        return { status: 200, body };
      },
    }),
  };
}

function readAsked({ asOf, knownAt }: z.output<typeof momentQuery>): Asked | null {
  if (asOf) return { kind: 'asOf', at: asOf };
  return knownAt ? { kind: 'knownAt', at: knownAt } : null;
}

function containerRoute(deps: TraceRouteDeps): Route {
  return {
    method: 'GET',
    path: '/api/containers/:number',
    endpoint: endpoint({
      scope,
      summary: 'List the traces of one container',
      operationId: 'listContainerTraces',
      params: boxNumber,
      query: listQuery,
      answers: { 200: pageOf(traceAnswer) },
      handle: async ({ client, params, query }) => {
        const page = await listOfBox(deps, { tenant: tenantOf(client), written: params.number, query });
        if (!page) throw new AppError('not_found', 'There is no such container');
        const now = new Date(deps.clock.now());
        const data = page.items.map((trace) => presentTrace(trace, now));
        return { status: 200, body: { data, nextCursor: page.nextCursor } };
      },
    }),
  };
}

/** A page of the traces of a box; null where the caller has none. */
async function listOfBox(
  { traces, awaitApplied }: TraceRouteDeps,
  of: { tenant: Tenant; written: string; query: z.output<typeof listQuery> },
): Promise<PageOf<TraceDoc> | null> {
  const { tenant, written, query } = of;
  const number = judgeNumber(written).normalizedId;
  if (number === null) return null;
  const list = async () => {
    const { items, nextCursor } = await traces.list(tenant, { number }, query);
    return { items: items.filter(({ type }) => type === 'CONTAINER'), nextCursor };
  };
  const page = await list();
  // A page after the first may be empty; a box that is not traced has none at all.
  if (page.items.length > 0 || query.cursor !== undefined) return page;
  await awaitApplied(tenant, { number });
  const again = await list();
  return again.items.length > 0 ? again : null;
}
