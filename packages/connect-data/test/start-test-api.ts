import { randomBytes } from 'node:crypto';
import type { Grant, Scope } from '@envase/contracts';
import { connectDatabase, createDirectoryLoader, type Database, migrate } from '@envase/db';
import { createSender } from '@envase/egress';
import {
  type ClientDirectory,
  createApp,
  createAuthenticator,
  createClientDirectory,
  createJwksSource,
  judgeAnswer,
  type Reply,
  type Route,
  startServer,
} from '@envase/http';
import { createUsageTally } from '@envase/program';
import { connectRedis, createProducer, type Producer, type Redis } from '@envase/queues';
import { type Clock, createClock, createLogger, type Logger, newUuid, parseKeyRing } from '@envase/runtime';
import { createTestDatabase, createTestPrefix } from '@envase/testing';
import { createApiRouter } from '../src/router.ts';
import type { RouteDeps } from '../src/routes.ts';
import { type ApiClient, createApiClient } from './api-client.ts';
import { findTestProvider } from './customer-provider.ts';
import { createTestIssuer, issuer, type TestIssuer } from './issuer.ts';

export const keyRingText = `r1:${randomBytes(32).toString('base64')}`;

export interface TestClientOptions {
  grants?: Grant[];
  scopes?: Scope[];
  /** Asked for in the token. */
  scope?: string;
  status?: 'active' | 'disabled';
}

export interface TestApi extends AsyncDisposable {
  url: string;
  db: Database;
  redis: Redis;
  prefix: string;
  producer: Producer;
  directory: ClientDirectory;
  routes: readonly Route[];
  logger: Logger;
  /** Lines logged so far. */
  logs: string[];
  /** Bodies answered so far. */
  answers: string[];
  clock: Clock;
  issuer: TestIssuer;
  /** A client that the platform knows, and its token; grants default to `org-a`/`svc-1`. */
  addClient(options?: TestClientOptions): Promise<ApiClient>;
  /** A client of another API on the same stores, asking this one. */
  asClient(client: ApiClient): ApiClient;
}

export interface TestApiOptions {
  config?: Partial<RouteDeps['config']>;
  /** Instead of the run's Redis. */
  redisUrl?: string;
  /** As another process on the stores of this one, with its issuer. */
  sharing?: TestApi;
  /** Instead of one that keeps its lines in `logs`. */
  logger?: Logger;
  /** As the program runs: no answer is held against the description, and usage is written once a second. */
  asDeployed?: boolean;
}

/** The API on a free port with everything real but the issuer: a fresh database, a fresh prefix, its own key. */
export async function startTestApi(options: TestApiOptions = {}): Promise<TestApi> {
  const logs: string[] = [];
  const answers: string[] = [];
  const logger =
    options.logger ??
    createLogger({
      program: 'connect-data',
      level: 'debug',
      destination: { write: (line) => void logs.push(line) },
    });
  const clock = createClock();
  const { sharing, redisUrl = requireRedisUrl() } = options;
  const stores = sharing
    ? { ...pickStores(sharing), close: async () => undefined }
    : await openStores({ logger, redisUrl });
  const { db, producer } = stores;
  const testIssuer = sharing?.issuer ?? createTestIssuer();
  const directory = createDirectory(db, { logger, clock });
  await directory.start();
  const fetchJson = async () => testIssuer.jwks;
  const jwks = createJwksSource({ url: `${issuer}/.well-known/jwks.json`, logger, clock, fetchJson });
  await jwks.start();
  const authenticate = createAuthenticator({ issuer, audience: 'connectdata', jwks, directory, clock });
  const config = {
    KEY_RING: parseKeyRing(keyRingText),
    ALLOW_HTTP_HOOKS: ['127.0.0.1'],
    PUBLISHES_PER_MINUTE: 1_000_000,
    REFRESHES_PER_MINUTE: 1_000_000,
    HOOK_SECRETS: {},
    PROVIDER_URLS: { customer_port: 'https://port.example' },
    ...options.config,
  };
  const sender = createSender({ policy: { allowHosts: config.ALLOW_HTTP_HOOKS }, logger });
  let isStopping = false;
  const usage = createUsageTally({
    usage: db.repositories.usage,
    logger,
    ...(options.asDeployed ? {} : { everyMs: 50 }),
  });
  const ports = {
    usage,
    findProvider: findTestProvider,
    isStopping: () => isStopping,
  };
  const deps = { db, producer, sender, logger, clock, config, ...ports };
  const undescribed = new Set<string>();
  const onAnswer = (route: Route, answer: Reply) => {
    const fault = judgeAnswer(route, answer);
    if (fault !== null) undescribed.add(fault);
  };
  const router = createApiRouter(deps, authenticate, options.asDeployed ? {} : { onAnswer });
  const app = createApp({ logger, clock, routers: [router] });
  const server = await startServer({ app, port: 0, host: '127.0.0.1', graceMs: 1_000 });
  const url = `http://127.0.0.1:${server.port}`;
  return {
    ...stores,
    url,
    directory,
    routes: router.routes,
    logger,
    logs,
    answers,
    clock,
    issuer: testIssuer,
    addClient: async ({ scope, ...stored } = {}) => {
      const clientId = await insertClient(db, stored);
      return createApiClient({ url, clientId, token: testIssuer.signToken(clientId, scope), answers });
    },
    asClient: ({ clientId, token }) => createApiClient({ url, clientId, token, answers }),
    async [Symbol.asyncDispose]() {
      isStopping = true;
      await server.stop();
      await usage.stop();
      await sender.close();
      jwks.stop();
      directory.stop();
      await stores.close();
      refuseUndescribed(undescribed);
    },
  };
}

/** What clients are told of the API holds for every answer that any test gets. */
function refuseUndescribed(faults: ReadonlySet<string>): void {
  if (faults.size === 0) return;
  throw new Error(`openapi.json does not describe what was answered:\n${[...faults].join('\n')}`);
}

function pickStores({ db, redis, prefix, producer }: TestApi) {
  return { db, redis, prefix, producer };
}

async function openStores({ logger, redisUrl }: { logger: Logger; redisUrl: string }) {
  const prefix = createTestPrefix();
  const db = await connectDatabase({ uri: createTestDatabase().uri, logger });
  await migrate(db.connection);
  const redis = connectRedis({ url: redisUrl, role: 'producer', logger });
  const producer = createProducer({ redis, prefix, logger });
  return {
    db,
    redis,
    prefix,
    producer,
    async close() {
      await producer.close();
      if (redis.status === 'ready') await removeKeys(redis, prefix);
      redis.disconnect();
      // The database stays: it goes with the run's server, and dropping it takes the stand-in seconds.
      await db.close();
    },
  };
}

async function removeKeys(redis: Redis, prefix: string): Promise<void> {
  for await (const keys of redis.scanStream({ match: `${prefix}:*`, count: 500 })) {
    if (keys.length > 0) await redis.del(...keys);
  }
}

function createDirectory(db: Database, { logger, clock }: { logger: Logger; clock: Clock }) {
  return createClientDirectory({
    loadChangedSince: createDirectoryLoader(db.repositories),
    logger,
    clock,
  });
}

/** Stores a client that resource servers will know; resolves with its id. */
export async function insertClient(db: Database, options: Omit<TestClientOptions, 'scope'>): Promise<string> {
  const { grants, scopes, status } = options;
  const now = new Date();
  const clientId = newUuid();
  await db.repositories.clients.insert({
    _id: clientId,
    name: 'A TMS',
    status: status ?? 'active',
    scopes: scopes ?? ['connectdata/events'],
    grants: grants ?? [{ orgId: 'org-a', svcId: 'svc-1' }],
    secrets: [],
    createdAt: now,
    changedAt: now,
    revokedBefore: null,
  });
  return clientId;
}

/** Address of the run’s Redis. */
export function requireRedisUrl(): string {
  // biome-ignore lint/style/noProcessEnv: the test run's set-up tells the address this way
  const url = process.env.REDIS_URL;
  if (!url) throw new Error('REDIS_URL is not set: this package needs testConfig in its vitest.config.ts');
  return url;
}
