import { traceAnswer } from '@envase/contracts';
import type { TraceRepository } from '@envase/db';
import { endpoint, type Route, type TokenBucket } from '@envase/http';
import type { Clock } from '@envase/runtime';
import { tenantOf } from '../tenant.ts';
import { type FindTrace, traceId } from './find-trace.ts';
import type { OrderTrace, TraceCommand } from './order-trace.ts';
import { presentTrace } from './present-trace.ts';

interface OrderRouteDeps {
  traces: Pick<TraceRepository, 'find'>;
  findTrace: FindTrace;
  orderTrace: OrderTrace;
  /** Refreshes of one client. */
  limit: TokenBucket;
  clock: Pick<Clock, 'now'>;
}

/** What a client may have done with a trace of its own: 202 and the trace, before it is done (contract s7, s10). */
export function orderRoutes(deps: OrderRouteDeps): Route[] {
  return [
    orderRoute(deps, 'refresh', 'Trace a box now'),
    orderRoute(deps, 'stop', 'Stop tracing'),
    orderRoute(deps, 'resume', 'Trace on what was stopped'),
  ];
}

function orderRoute(deps: OrderRouteDeps, command: TraceCommand, summary: string): Route {
  const { traces, findTrace, orderTrace, clock } = deps;
  return {
    method: 'POST',
    path: `/api/traces/:id/${command}`,
    endpoint: endpoint({
      scope: 'connectdata/events',
      summary,
      params: traceId,
      answers: { 202: traceAnswer },
      ...(command === 'refresh' ? { limit: deps.limit } : {}),
      handle: async ({ client, params }) => {
        const tenant = tenantOf(client);
        const trace = await findTrace(tenant, params.id);
        await orderTrace(tenant, trace, command);
        const ordered = (await traces.find(tenant, params.id)) ?? trace;
        return { status: 202, body: presentTrace(ordered, new Date(clock.now())) };
      },
    }),
  };
}
