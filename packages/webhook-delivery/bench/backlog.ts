import { connectDatabase, type Database, type EventDoc, migrate, type WebhookDoc } from '@envase/db';
import { createSender, type Sender } from '@envase/egress';
import { createLogger, newEventId } from '@envase/runtime';
import { createDrainHook, type DrainDeps } from '../src/drain/drain-hook.processor.ts';
import { createFailingShare } from '../src/drain/failing-share.ts';
import { newClient, newDelivery, newEvent, newHook, ring } from '../test/documents.ts';

export interface Backlog {
  /** Stores that many events and deliveries of about 1 KB each, due now; answers with the events. */
  fill(count: number): Promise<EventDoc[]>;
  /** Drains the hook until nothing is due. */
  drain(): Promise<void>;
  engine: string;
  close(): Promise<void>;
}

/** A hook with a signing key, in a database of its own, and the drain that serves it. */
export async function openBacklog(uri: string, by: { url: string; maxInFlight: number }): Promise<Backlog> {
  const database = await connectDatabase({ uri });
  await database.connection.dropDatabase();
  await migrate(database.connection);
  const { webhooks, deliveries, events } = database.repositories;
  const wishes = { signingKeys: ['a signing key of the usual length'], maxInFlight: by.maxInFlight };
  const { hook } = await webhooks.insertOrFind(newHook(by.url, wishes));
  const sender = createSender({ policy: { allowHosts: ['127.0.0.1'] } });
  return {
    async fill(count) {
      const made = Array.from({ length: count }, newResult);
      for (let from = 0; from < count; from += 500) {
        const some = made.slice(from, from + 500);
        await events.insertResults(some);
        await deliveries.insertMissing(some.map((event) => newDelivery(event, hook)));
      }
      return made;
    },
    drain: () => drainAll(hook, database, sender),
    engine: await nameEngine(database),
    async close() {
      await sender.close();
      await database.connection.dropDatabase();
      await database.close();
    },
  };
}

async function drainAll(hook: WebhookDoc, database: Database, sender: Sender): Promise<void> {
  let isQueued = true;
  const { signal } = new AbortController();
  const addLane = async () => {
    isQueued = true;
  };
  const run = createDrainHook({
    ...database.repositories,
    sender,
    ring,
    directory: { find: () => newClient(), isFresh: () => true, refresh: async () => undefined },
    // One lane per turn of a second: left out of both halves. Nothing else of a producer is used.
    producer: { addLane } as unknown as DrainDeps['producer'],
    clock: { now: Date.now, speed: 1, wait: (ms) => ms },
    logger: createLogger({ program: 'bench', level: 'warn' }),
    failing: createFailingShare(1),
    isStopping: () => false,
    random: Math.random,
  });
  while (isQueued) {
    isQueued = false;
    await run({ webhookId: hook._id }, { signal });
  }
}

function newResult(): EventDoc {
  const step = { code: 'released', eventDate: '2026-11-24T08:00:00Z', date: '2026-11-24T08:00:00Z' };
  const payload = {
    containerNumber: 'MSCU1234566',
    id: 'MSCU1234566',
    description: '40 ft high cube',
    length: '40',
    providerId: 'apm',
    status: 'available',
    destination: { type: 'terminal', siteId: 'urn:site:apm:lax', name: 'Los Angeles, Pier 400' },
    events: Array.from({ length: 5 }, () => ({ ...step, location: null, data: { released: step.date } })),
  };
  return newEvent({ _id: newEventId(), payload });
}

/** The stand-in tells its own version beside the one it plays. */
async function nameEngine({ connection }: Database): Promise<string> {
  const info: { version?: string; secantusVersion?: string } =
    (await connection.db?.admin().buildInfo()) ?? {};
  return info.secantusVersion ? `SecantusDB ${info.secantusVersion} (stand-in)` : `MongoDB ${info.version}`;
}
