import type { TraceRepository } from '@envase/db';
import { endpoint, type Route } from '@envase/http';
import { AppError, type Clock } from '@envase/runtime';
import { z } from 'zod';
import { tenantOf } from '../tenant.ts';
import { presentTrace } from './present-trace.ts';

const traceId = z.object({ id: z.string().regex(/^[\w-]{1,64}$/) });

/** `/api/traces` (contract s7, s9). */
export function traceRoutes({ traces, clock }: { traces: TraceRepository; clock: Clock }): Route[] {
  return [
    {
      method: 'GET',
      path: '/api/traces/:id',
      endpoint: endpoint({
        scope: 'connectdata/events',
        summary: 'Read what is known of a trace now',
        params: traceId,
        handle: async ({ client, params }) => {
          const trace = await traces.find(tenantOf(client), params.id);
          if (!trace) throw new AppError('not_found', 'There is no such trace');
          return { status: 200, body: presentTrace(trace, new Date(clock.now())) };
        },
      }),
    },
  ];
}
