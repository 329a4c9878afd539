import { connectDatabase, type EventDoc, migrate, type WebhookDoc } from '@envase/db';
import { createSender } from '@envase/egress';
import { createClock, createLogger } from '@envase/runtime';
import { createDrainHook, type DrainDeps } from '../src/drain/drain-hook.processor.ts';
import { createFailingShare } from '../src/drain/failing-share.ts';
import { newClient, newDelivery, newHook, ring } from '../test/documents.ts';
import { createMemoryStores } from './memory.ts';
import { nameEngine } from './name-engine.ts';
import { newResult } from './new-result.ts';

type Stores = Pick<DrainDeps, 'webhooks' | 'events' | 'deliveries'>;
type Insert = (events: EventDoc[], hooks: readonly WebhookDoc[]) => Promise<void>;

export interface Backlog {
  /** Stores that many events and deliveries of about 1 KB each, due now, for all hooks or one of them; answers with the events. */
  fill(count: number, hook?: number): Promise<EventDoc[]>;
  /** Drains all hooks at once until nothing is due. */
  drain(): Promise<void>;
  /** One turn of a hook's lane, about a second; resolves with how many were delivered. */
  turn(hook: number): Promise<number>;
  engine: string;
  close(): Promise<void>;
}

export interface BacklogWishes {
  url: string;
  hooks: number;
  maxInFlight: number;
}

/** Hooks with a signing key, in a database of their own or (`memory`) in none, and the drain that serves them. */
export async function openBacklog(mongodb: string, by: BacklogWishes): Promise<Backlog> {
  const wishes = { signingKeys: ['a signing key of the usual length'], maxInFlight: by.maxInFlight };
  const hooks = Array.from({ length: by.hooks }, () => newHook(by.url, wishes));
  const opened = mongodb === 'memory' ? openMemory(hooks) : await openDatabase(mongodb, hooks);
  const sender = createSender({ policy: { allowHosts: ['127.0.0.1'] } });
  const drains = createDrains(opened.stores, sender);
  return {
    engine: opened.engine,
    async fill(count, hook) {
      const made = Array.from({ length: count }, newResult);
      await opened.insert(made, hook === undefined ? hooks : hooks.slice(hook, hook + 1));
      return made;
    },
    async drain() {
      await Promise.all(hooks.map(({ _id }) => drains.all(_id)));
    },
    turn: (hook) => drains.turn(hooks[hook]?._id ?? ''),
    async close() {
      await sender.close();
      await opened.close();
    },
  };
}

interface Opened {
  stores: Stores;
  insert: Insert;
  engine: string;
  close(): Promise<void>;
}

function openMemory(hooks: readonly WebhookDoc[]): Opened {
  const stores = createMemoryStores(hooks);
  const insert: Insert = async (events, to) => stores.insert(events, share(events, to));
  return { stores, insert, engine: 'no database', close: async () => undefined };
}

async function openDatabase(uri: string, hooks: readonly WebhookDoc[]): Promise<Opened> {
  const database = await connectDatabase({ uri });
  await database.connection.dropDatabase();
  await migrate(database.connection);
  const { webhooks, deliveries, events } = database.repositories;
  for (const hook of hooks) await webhooks.insertOrFind(hook);
  return {
    stores: { webhooks, deliveries, events },
    async insert(made, to) {
      for (let from = 0; from < made.length; from += 500) {
        const some = made.slice(from, from + 500);
        await events.insertResults(some);
        await deliveries.insertMissing(share(some, to));
      }
    },
    engine: await nameEngine(database),
    async close() {
      await database.connection.dropDatabase();
      await database.close();
    },
  };
}

/** Each event to one of the hooks in turn. */
function share(events: readonly EventDoc[], hooks: readonly WebhookDoc[]) {
  return events.flatMap((event, index) => {
    const hook = hooks[index % hooks.length];
    return hook ? [newDelivery(event, hook)] : [];
  });
}

/** As the worker has it: one drain for all hooks. */
function createDrains(stores: Stores, sender: DrainDeps['sender']) {
  let delivered = 0;
  const queued = new Set<string>();
  const addLane = async (_queue: unknown, _name: unknown, { laneId }: { laneId: string }) => {
    queued.add(laneId);
  };
  const client = newClient();
  const run = createDrainHook({
    ...stores,
    sender,
    ring,
    directory: { find: () => client, isFresh: () => true, refresh: async () => undefined },
    // One lane per turn of a second: left out of both halves. Nothing else of a producer is used.
    producer: { addLane } as unknown as DrainDeps['producer'],
    clock: createClock(),
    logger: createLogger({ program: 'bench', level: 'warn' }),
    failing: createFailingShare(1),
    isStopping: () => false,
    random: Math.random,
    count: () => {
      delivered += 1;
    },
  });
  const { signal } = new AbortController();
  const turn = async (webhookId: string) => {
    const before = delivered;
    queued.delete(webhookId);
    await run({ webhookId }, { signal });
    return delivered - before;
  };
  return {
    turn,
    /** A lane again while it queued itself. */
    async all(webhookId: string) {
      do await turn(webhookId);
      while (queued.has(webhookId));
    },
  };
}
