import { listQuery, pageOf, usageDay } from '@envase/contracts';
import type { UsageRepository } from '@envase/db';
import { endpoint, type Route } from '@envase/http';
import type { Clock } from '@envase/runtime';
import { moment } from '../moment.ts';
import { tenantOf } from '../tenant.ts';

interface UsageRouteDeps {
  usage: Pick<UsageRepository, 'list'>;
  clock: Pick<Clock, 'now'>;
}

const dayMs = 86_400_000;
const defaultDays = 30;
const usageQuery = listQuery.extend({ since: moment.optional(), until: moment.optional() });

/** `GET /api/usage`: what was done for the caller's organizations and services, day by day (contract s7, s9, s10). */
export function usageRoutes({ usage, clock }: UsageRouteDeps): Route[] {
  return [
    {
      method: 'GET',
      path: '/api/usage',
      endpoint: endpoint({
        scope: 'connectdata/events',
        summary: 'Count per day what was published, traced, asked and delivered, oldest day first',
        query: usageQuery,
        answers: { 200: pageOf(usageDay) },
        handle: async ({ client, query }) => {
          const { since, until = new Date(clock.now()), ...page } = query;
          const from = since ?? new Date(until.getTime() - defaultDays * dayMs);
          const range = { since: from, until };
          const { items, nextCursor } = await usage.list(tenantOf(client), range, page);
          return { status: 200, body: { data: items, nextCursor } };
        },
      }),
    },
  ];
}
