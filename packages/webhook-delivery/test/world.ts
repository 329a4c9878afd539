import {
  connectDatabase,
  type Database,
  type DeliveryDoc,
  type EventDoc,
  migrate,
  type WebhookDoc,
} from '@envase/db';
import { createSender, type SendTimeouts } from '@envase/egress';
import type { DirectoryClient } from '@envase/http';
import { type Producer, webhookDeliveries } from '@envase/queues';
import { clearFailpoints, createLogger, createTestClock, type TestClock } from '@envase/runtime';
import { createTestDatabase, type Receiver, startReceiver } from '@envase/testing';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { createDrainHook, type DrainDeps } from '../src/drain/drain-hook.processor.ts';
import { createFailingShare } from '../src/drain/failing-share.ts';
import { type HookWishes, newClient, newDelivery, newEvent, newHook, ring } from './documents.ts';

export interface World {
  database: Database;
  clock: TestClock;
  client: DirectoryClient | undefined;
  /** Lanes queued by drains, by hook. */
  queued: string[];
  /** Events handed to the fan-out. */
  fannedOut: string[];
  lines: string[];
  receive(): Promise<Receiver>;
  addHook(url: string, wishes?: HookWishes): Promise<WebhookDoc>;
  /** Stores the events and what the fan-out makes of them for the hook, due now. */
  owe(hook: WebhookDoc, events: Partial<EventDoc>[], changes?: Partial<DeliveryDoc>): Promise<DeliveryDoc[]>;
  drain(hook: WebhookDoc, changes?: Partial<DrainDeps>): Promise<void>;
  /** Drains as the queue would: again while a turn queued itself. */
  drainAll(hook: WebhookDoc, changes?: Partial<DrainDeps>): Promise<void>;
  deps(changes?: Partial<DrainDeps>): DrainDeps;
  delivery(id: string): Promise<DeliveryDoc>;
  hook(id: string): Promise<WebhookDoc>;
}

// Only a test about time may fail for want of it, however busy the machine is.
const timeouts: SendTimeouts = { connectMs: 60_000, totalMs: 60_000 };
const turnMs = 60_000;
/** For whoever waits for the receiver. */
export const patience = { timeoutMs: 50_000 };

/** A database, a clock moved by hand and whatever a drain needs, for one test file. Ask inside tests. */
export function useWorld(): () => World {
  let opened: Database | undefined;
  const closing: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    opened = await connectDatabase({ uri: createTestDatabase().uri });
    await migrate(opened.connection);
  });
  afterEach(async () => {
    clearFailpoints();
    for (const close of closing.splice(0).reverse()) await close();
  });
  afterAll(async () => {
    await opened?.connection.dropDatabase();
    await opened?.close();
  });
  return () => {
    if (opened === undefined) throw new Error('The world is there inside tests only');
    return createWorld(opened, closing);
  };
}

function createWorld(database: Database, closing: (() => Promise<void>)[]): World {
  const { webhooks, deliveries, events } = database.repositories;
  const queued: string[] = [];
  const fannedOut: string[] = [];
  const lines: string[] = [];
  const clock = createTestClock(Date.now());
  const logger = createLogger({
    program: 'test',
    level: 'debug',
    destination: { write: (line) => void lines.push(line) },
  });
  const sender = createSender({ policy: { allowHosts: ['127.0.0.1'] }, timeouts, logger });
  closing.push(() => sender.close());
  const world: World = {
    database,
    clock,
    client: newClient(),
    queued,
    fannedOut,
    lines,
    async receive() {
      const receiver = await startReceiver();
      closing.push(() => receiver.close());
      return receiver;
    },
    async addHook(url, wishes) {
      return (await webhooks.insertOrFind(newHook(url, wishes))).hook;
    },
    async owe(hook, wished, changes) {
      const owed = wished.map((wishes) => newEvent(wishes));
      await events.insertResults(owed);
      const dueAt = new Date(clock.now());
      const due = owed.map((event) => newDelivery(event, hook, { dueAt, ...changes }));
      await deliveries.insertMissing(due);
      return due;
    },
    async drain(hook, changes) {
      const { signal } = new AbortController();
      await createDrainHook(world.deps(changes))({ webhookId: hook._id }, { signal });
    },
    async drainAll(hook, changes) {
      do {
        queued.length = 0;
        await world.drain(hook, changes);
      } while (queued.length > 0);
    },
    deps: (changes) => ({
      webhooks,
      deliveries,
      events,
      directory: { find: () => world.client, isFresh: () => true, refresh: async () => undefined },
      producer: recordLanes({ queued, fannedOut }),
      sender,
      ring,
      clock,
      logger,
      failing: createFailingShare(10),
      turnMs,
      isStopping: () => false,
      random: () => 0,
      ...changes,
    }),
    async delivery(id) {
      const tenant = { clientId: 'client-1', grants: [{ orgId: 'org-1', svcId: '*' }] };
      const found = await deliveries.find(tenant, id);
      if (found === null) throw new Error(`There is no delivery ${id}`);
      return found;
    },
    async hook(id) {
      const found = await webhooks.get(id);
      if (found === null) throw new Error(`There is no hook ${id}`);
      return found;
    },
  };
  return world;
}

/** Redis is not needed where a test drains by hand. */
function recordLanes({ queued, fannedOut }: Pick<World, 'queued' | 'fannedOut'>): Producer {
  const refuse = async () => {
    throw new Error('A drain adds lanes and nothing else');
  };
  return {
    addLane: async ({ name }, _name, { laneId }) =>
      void (name === webhookDeliveries.name ? queued : fannedOut).push(laneId),
    addLanes: refuse,
    repeat: refuse,
    counts: refuse,
    close: async () => undefined,
  };
}
