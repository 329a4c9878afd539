import { createCredentialRepository, type Database, type EventDoc } from '@envase/db';
import type { Sender } from '@envase/egress';
import { type Authenticator, createTokenBucket, type Route } from '@envase/http';
import type { UsageTally } from '@envase/program';
import { findProvider } from '@envase/providers';
import type { Producer } from '@envase/queues';
import { type Clock, createKeyRing, type Logger } from '@envase/runtime';
import type { ConnectDataConfig } from './config.ts';
import { createCheckLogin } from './credentials/check-login.ts';
import { credentialRoutes } from './credentials/credentials.routes.ts';
import { deliveryRoutes } from './deliveries/deliveries.routes.ts';
import { docsRoutes } from './docs/docs.routes.ts';
import { createAdmission } from './events/admission.ts';
import { eventRoutes } from './events/events.routes.ts';
import { createHint } from './events/hints.ts';
import { createPublish } from './events/publish.ts';
import { providerRoutes } from './providers/providers.routes.ts';
import { reportRoutes } from './reports/reports.routes.ts';
import { tracehookRoutes } from './tracehooks/tracehooks.routes.ts';
import { createAwaitApplied } from './traces/await-applied.ts';
import { createFindTrace } from './traces/find-trace.ts';
import { orderRoutes } from './traces/order.routes.ts';
import { createOrderTrace } from './traces/order-trace.ts';
import { storyRoutes } from './traces/story.routes.ts';
import { createReadPast } from './traces/time-machine.ts';
import { traceRoutes } from './traces/traces.routes.ts';
import { usageRoutes } from './usage/usage.routes.ts';
import { webhookRoutes } from './webhooks/webhooks.routes.ts';

const loginsPerMinute = 20;

export interface RouteDeps {
  db: Pick<Database, 'repositories' | 'connection'>;
  producer: Producer;
  usage: UsageTally;
  sender: Sender;
  authenticate: Authenticator;
  logger: Logger;
  clock: Clock;
  /** Whose logins customers may put; default: the catalogue's. */
  findProvider?: typeof findProvider;
  /** Whoever waits for something new is answered at once. */
  isStopping: () => boolean;
  config: Pick<
    ConnectDataConfig,
    | 'KEY_RING'
    | 'ALLOW_HTTP_HOOKS'
    | 'PUBLISHES_PER_MINUTE'
    | 'REFRESHES_PER_MINUTE'
    | 'HOOK_SECRETS'
    | 'PROVIDER_URLS'
  >;
}

/** Every route of Connect Data, as data: tests and the description are generated from the same list. */
export function createRoutes(deps: RouteDeps): Route[] {
  const { db, producer, logger, clock, config } = deps;
  const { events, traces, webhooks, deliveries, observations, providerStates, inbox, reports } =
    db.repositories;
  const awaitApplied = createAwaitApplied({ events });
  const findTrace = createFindTrace({ traces, awaitApplied });
  const readPast = createReadPast({ events, observations, clock });
  const hint = createHint({ producer, logger });
  const countPublished = (event: EventDoc) => deps.usage.add(event, 'published');
  const admit = createAdmission();
  const placing = { events, traces, awaitApplied, clock, hint, admit, countPublished };
  const publish = createPublish(placing);
  const orderTrace = createOrderTrace(placing);
  const perMinute = (limit: number) => createTokenBucket({ limit, windowMs: 60_000, clock });
  const limit = perMinute(config.PUBLISHES_PER_MINUTE);
  const refreshes = perMinute(config.REFRESHES_PER_MINUTE);
  const ring = createKeyRing(config.KEY_RING);
  const policy = { allowHosts: config.ALLOW_HTTP_HOOKS };
  const routes: Route[] = [
    ...eventRoutes({ publish, events, limit }),
    ...webhookRoutes({ ...deps, webhooks, deliveries, ring, policy }),
    ...deliveryRoutes({ ...deps, deliveries, webhooks, events }),
    ...traceRoutes({ traces, findTrace, readPast, awaitApplied, clock }),
    ...orderRoutes({ traces, findTrace, orderTrace, limit: refreshes, clock }),
    ...storyRoutes({ ...db.repositories, findTrace, clock }),
    ...providerRoutes({ providerStates, clock }),
    ...credentialRoutes({
      credentials: createCredentialRepository(db.connection, ring),
      findProvider: deps.findProvider ?? findProvider,
      checkLogin: createCheckLogin({ urls: config.PROVIDER_URLS, logger }),
      limit: perMinute(loginsPerMinute),
      clock,
    }),
    ...reportRoutes({ reports, clock }),
    ...usageRoutes({ usage: db.repositories.usage, clock }),
    ...tracehookRoutes({ inbox, producer, clock, logger, secrets: config.HOOK_SECRETS }),
    ...docsRoutes(() => routes),
  ];
  return routes;
}
