import { historyEntry, listQuery, observationEntry, pageOf, traceExplanation } from '@envase/contracts';
import type { EventRepository } from '@envase/db';
import { endpoint, type Route } from '@envase/http';
import type { Clock } from '@envase/runtime';
import { tenantOf } from '../tenant.ts';
import { type ExplainStores, explainTrace } from './explain-trace.ts';
import { type FindTrace, traceId } from './find-trace.ts';
import { presentHistory } from './present-history.ts';
import { renderObservation } from './present-observation.ts';

const scope = 'connectdata/events';

interface StoryRouteDeps extends ExplainStores {
  findTrace: FindTrace;
  events: EventRepository;
  clock: Pick<Clock, 'now'>;
}

/** How a trace came to what it says: what was told, what was observed, and why it runs when it does (contract s7, s9). */
export function storyRoutes(deps: StoryRouteDeps): Route[] {
  return [historyRoute(deps), observationsRoute(deps), explainRoute(deps)];
}

function historyRoute({ findTrace, events }: StoryRouteDeps): Route {
  return {
    method: 'GET',
    path: '/api/traces/:id/history',
    endpoint: endpoint({
      scope,
      summary: 'List the results of a trace and what each changed, newest first',
      params: traceId,
      query: listQuery,
      answers: { 200: pageOf(historyEntry) },
      handle: async ({ client, params, query }) => {
        const tenant = tenantOf(client);
        await findTrace(tenant, params.id);
        const { items, nextCursor } = await events.listHistory(tenant, params.id, query);
        return { status: 200, body: { data: items.map(presentHistory), nextCursor } };
      },
    }),
  };
}

function observationsRoute({ findTrace, observations }: StoryRouteDeps): Route {
  return {
    method: 'GET',
    path: '/api/traces/:id/observations',
    endpoint: endpoint({
      scope,
      summary: 'List what the provider said about the box, newest first',
      params: traceId,
      query: listQuery,
      answers: { 200: pageOf(observationEntry) },
      handle: async ({ client, params, query }) => {
        const { _id } = await findTrace(tenantOf(client), params.id);
        const { items, nextCursor } = await observations.list(_id, query);
        const data = (await Promise.all(items.map(renderObservation))).join(',');
        return {
          status: 200,
          body: { json: `{"data":[${data}],"nextCursor":${JSON.stringify(nextCursor)}}` },
        };
      },
    }),
  };
}

function explainRoute({ findTrace, clock, ...stores }: StoryRouteDeps): Route {
  return {
    method: 'GET',
    path: '/api/traces/:id/explain',
    endpoint: endpoint({
      scope,
      summary: 'Explain why a trace ran last and runs next when it does',
      params: traceId,
      answers: { 200: traceExplanation },
      handle: async ({ client, params }) => {
        const trace = await findTrace(tenantOf(client), params.id);
        return { status: 200, body: await explainTrace(stores, trace, new Date(clock.now())) };
      },
    }),
  };
}
