import { createDirectoryLoader } from '@envase/db';
import { createClientDirectory, settleAudit, startServer } from '@envase/http';
import {
  armFailpoints,
  asError,
  createClock,
  createMetrics,
  type MainContext,
  type Readiness,
  startAdminServer,
} from '@envase/runtime';
import { createIdentityApp } from './app.ts';
import type { IdentityManagerConfig } from './config.ts';
import { type Identity, openIdentity } from './open-identity.ts';

// Architecture, "Growing past one machine".
const MAX_SKEW_MS = 1_000;
const MAX_IN_FLIGHT = 500;

/** Starts the Identity Manager and resolves with the ports it serves. `shutdown` stops and closes all of it. */
export async function startIdentityManager(
  config: IdentityManagerConfig,
  { logger, shutdown }: MainContext,
): Promise<{ port: number; adminPort: number }> {
  armFailpoints(config.FAILPOINTS);
  const clock = createClock();
  const identity = await openIdentity(config, { logger, clock });
  shutdown.add('identity stores', () => identity.close(), 'stores');
  await identity.keys.start();
  const directory = createClientDirectory({
    logger,
    clock,
    loadChangedSince: createDirectoryLoader(identity.db.repositories),
  });
  await directory.start();
  shutdown.add('client directory', () => directory.stop(), 'stores');
  let isListening = false;
  const adminPort = await startAdmin(identity, {
    config,
    shutdown,
    isFresh: directory.isFresh,
    isListening: () => isListening,
  });
  await settleAudit({ store: identity.stores.audit, clock });
  const app = createIdentityApp({
    issuer: config.ISSUER,
    pepper: config.SECRET_PEPPER,
    stores: identity.stores,
    keys: identity.keys,
    ring: identity.ring,
    directory,
    clock,
    logger,
    limits: {
      perClientPerMinute: config.TOKENS_PER_CLIENT_PER_MINUTE,
      perAddressPerMinute: config.TOKENS_PER_ADDRESS_PER_MINUTE,
    },
    maxInFlight: MAX_IN_FLIGHT,
    trustedProxies: config.TRUSTED_PROXIES,
  });
  const server = await startServer({ app, port: config.PORT, host: config.HOST });
  shutdown.add('http server', () => server.stop(), 'accept');
  isListening = true;
  return { port: server.port, adminPort };
}

interface AdminParts {
  config: IdentityManagerConfig;
  shutdown: MainContext['shutdown'];
  isFresh: () => boolean;
  isListening: () => boolean;
}

async function startAdmin(identity: Identity, parts: AdminParts): Promise<number> {
  const { config, shutdown, isFresh, isListening } = parts;
  const checks: Record<string, () => unknown> = {
    mongodb: () => identity.db.ping(),
    async clock() {
      const skewMs = Math.round(await identity.db.clockSkewMs());
      if (Math.abs(skewMs) > MAX_SKEW_MS) throw new Error(`The clock is ${skewMs} ms off that of MongoDB`);
    },
    keys: () => identity.keys.current(),
    directory() {
      if (!isFresh()) throw new Error('The copy of clients and revocations is too old');
    },
    listening() {
      if (!isListening()) throw new Error('not listening yet');
    },
    stopping() {
      if (shutdown.isStopping()) throw new Error('stopping');
    },
  };
  const admin = await startAdminServer({
    port: config.ADMIN_PORT,
    host: config.ADMIN_HOST,
    ...(config.ADMIN_TOKEN === undefined ? {} : { token: config.ADMIN_TOKEN }),
    registry: createMetrics('identity-manager').registry,
    ready: () => runChecks(checks),
  });
  shutdown.add('admin server', () => admin.close(), 'stores');
  return admin.port;
}

async function runChecks(checks: Record<string, () => unknown>): Promise<Readiness> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      try {
        await check();
        return [name, { ok: true }] as const;
      } catch (error) {
        return [name, { ok: false, detail: asError(error).message }] as const;
      }
    }),
  );
  return { ok: results.every(([, result]) => result.ok), checks: Object.fromEntries(results) };
}
