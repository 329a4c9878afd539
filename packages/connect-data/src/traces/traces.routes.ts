import { listQuery } from '@envase/contracts';
import type { TraceRepository } from '@envase/db';
import { judgeNumber } from '@envase/domain';
import { endpoint, type Route } from '@envase/http';
import { AppError, type Clock } from '@envase/runtime';
import { z } from 'zod';
import { tenantOf } from '../tenant.ts';
import { presentTrace } from './present-trace.ts';
import { readTraceFilters, traceQuery } from './read-filters.ts';

const scope = 'connectdata/events';
const traceId = z.object({ id: z.string().regex(/^[\w-]{1,64}$/) });
const boxNumber = z.object({ number: z.string().min(1).max(64) });

interface TraceRouteDeps {
  traces: TraceRepository;
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

function readRoute({ traces, clock }: TraceRouteDeps): Route {
  return {
    method: 'GET',
    path: '/api/traces/:id',
    endpoint: endpoint({
      scope,
      summary: 'Read what is known of a trace now',
      params: traceId,
      handle: async ({ client, params }) => {
        const trace = await traces.find(tenantOf(client), params.id);
        if (!trace) throw new AppError('not_found', 'There is no such trace');
        return { status: 200, body: presentTrace(trace, new Date(clock.now())) };
      },
    }),
  };
}

function containerRoute({ traces, clock }: TraceRouteDeps): Route {
  return {
    method: 'GET',
    path: '/api/containers/:number',
    endpoint: endpoint({
      scope,
      summary: 'List the traces of one container',
      params: boxNumber,
      query: listQuery,
      handle: async ({ client, params, query }) => {
        const number = judgeNumber(params.number).normalizedId;
        const page = number && (await traces.list(tenantOf(client), { number }, query));
        const now = new Date(clock.now());
        const found = page ? page.items.filter(({ type }) => type === 'CONTAINER') : [];
        // A page after the first may be empty; a box that is not traced has none at all.
        if (!page || (found.length === 0 && query.cursor === undefined)) {
          throw new AppError('not_found', 'There is no such container');
        }
        const data = found.map((trace) => presentTrace(trace, now));
        return { status: 200, body: { data, nextCursor: page.nextCursor } };
      },
    }),
  };
}
