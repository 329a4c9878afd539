import { AppError, type Logger } from '@envase/runtime';
import { type Connection, Mongoose } from 'mongoose';
import { createAuditRepository } from './audit/audit.repository.ts';
import { createDeliveryRepository } from './deliveries/delivery.repository.ts';
import { createEventRepository } from './events/event.repository.ts';
import { translate } from './failures.ts';
import { createIdempotencyRepository } from './idempotency/idempotency.repository.ts';
import { createClientRepository } from './identity/client.repository.ts';
import { createRevocationRepository } from './identity/revocation.repository.ts';
import { createSigningKeyRepository } from './identity/signing-key.repository.ts';
import { createInboxRepository } from './inbox/inbox.repository.ts';
import { registerModels } from './models.ts';
import { createObservationRepository } from './observations/observation.repository.ts';
import { createOperatorList } from './operator-lists/operator-list.repository.ts';
import type { CadenceRuleDoc, PauseDoc } from './operator-lists/operator-list-documents.ts';
import { createProviderStateRepository } from './provider-states/provider-state.repository.ts';
import { createReportRepository } from './reports/report.repository.ts';
import type { Repositories } from './repositories.ts';
import { createTraceRepository } from './traces/trace.repository.ts';
import { createUsageRepository } from './usage/usage.repository.ts';
import { createWebhookRepository } from './webhooks/webhook.repository.ts';

export interface DatabaseOptions {
  /** Where it names no database, `envase` is taken. */
  uri: string;
  logger?: Logger;
  /** Default: 50. */
  maxPoolSize?: number;
}

export interface Database {
  connection: Connection;
  repositories: Repositories;
  /** Resolves when the database answers; `unavailable` otherwise. */
  ping(): Promise<void>;
  /** This machine's clock minus the server's, in milliseconds, give or take half the round trip. */
  clockSkewMs(): Promise<number>;
  close(): Promise<void>;
}

const limits = {
  serverSelectionTimeoutMS: 5_000,
  connectTimeoutMS: 5_000,
  heartbeatFrequencyMS: 5_000,
  waitQueueTimeoutMS: 5_000,
  // Of a connection that died without a word; above the longest `maxTimeMS`.
  socketTimeoutMS: 35_000,
} as const;

const PING_MS = 2_000;

/** Connects and makes the repositories; throws `unavailable` when no server answers within 5 s. */
export async function connectDatabase(options: DatabaseOptions): Promise<Database> {
  const connection = await open(options);
  registerModels(connection);
  return {
    connection,
    repositories: createRepositories(connection),
    ping: async () => {
      await command(connection, { ping: 1, maxTimeMS: PING_MS });
    },
    clockSkewMs: async () => {
      const askedAt = Date.now();
      const { localTime } = await command(connection, { hello: 1 });
      const answeredAt = Date.now();
      if (!(localTime instanceof Date)) throw new AppError('internal', 'The server does not tell its time');
      // Plus 0: never -0.
      return Math.round((askedAt + answeredAt) / 2 - localTime.getTime()) + 0;
    },
    close: () => {
      connection.removeAllListeners('disconnected');
      return connection.close();
    },
  };
}

async function open({ uri, logger, maxPoolSize = 50 }: DatabaseOptions): Promise<Connection> {
  // An instance of its own: the settings hold for this connection, whoever else uses mongoose in the process.
  const mongoose = new Mongoose({
    strictQuery: 'throw',
    sanitizeFilter: true,
    autoIndex: false,
    autoCreate: false,
    bufferCommands: false,
  });
  const name = namesDatabase(uri) ? {} : { dbName: 'envase' };
  const settings = { ...limits, maxPoolSize, retryWrites: true };
  const connection = mongoose.createConnection(uri, { ...leaveToUri(settings, uri), ...name });
  connection.on('error', (error) => logger?.warn({ err: error }, 'The database connection failed'));
  connection.on('disconnected', () => logger?.warn('The database is away'));
  connection.on('reconnected', () => logger?.info('The database is back'));
  try {
    return await connection.asPromise();
  } catch (error) {
    await connection.close();
    throw translate(error);
  }
}

/** What an operator wrote into the address wins. */
function leaveToUri(settings: Record<string, unknown>, uri: string): Record<string, unknown> {
  const written = new Set([...uri.matchAll(/[?&]([a-z]+)=/gi)].map(([, name]) => name?.toLowerCase()));
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !written.has(name.toLowerCase())));
}

function namesDatabase(uri: string): boolean {
  return /^mongodb(?:\+srv)?:\/\/[^/?]+\/[^?]+/.test(uri);
}

function createRepositories(connection: Connection): Repositories {
  return {
    events: createEventRepository(connection),
    webhooks: createWebhookRepository(connection),
    deliveries: createDeliveryRepository(connection),
    traces: createTraceRepository(connection),
    observations: createObservationRepository(connection),
    inbox: createInboxRepository(connection),
    providerStates: createProviderStateRepository(connection),
    clients: createClientRepository(connection),
    signingKeys: createSigningKeyRepository(connection),
    revocations: createRevocationRepository(connection),
    idempotency: createIdempotencyRepository(connection),
    audit: createAuditRepository(connection),
    usage: createUsageRepository(connection),
    reports: createReportRepository(connection),
    pauses: createOperatorList<PauseDoc>(connection, 'pauses'),
    cadenceRules: createOperatorList<CadenceRuleDoc>(connection, 'cadence_rules'),
  };
}

async function command(
  connection: Connection,
  body: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  if (!connection.db) throw new AppError('unavailable', 'The connection to the database is not open');
  try {
    return await connection.db.admin().command(body);
  } catch (error) {
    throw translate(error);
  }
}
