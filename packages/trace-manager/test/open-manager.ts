import {
  connectDatabase,
  createReadCadence,
  createReadPaused,
  type EventDoc,
  migrate,
  type ReadPaused,
  type TraceDoc,
} from '@envase/db';
import { openProgram, type Program } from '@envase/program';
import { type BoardQueues, openQueues } from '@envase/queues';
import {
  type Clock,
  createClock,
  createLogger,
  createShutdown,
  type Logger,
  type Shutdown,
} from '@envase/runtime';
import { createTestDatabase, createTestPrefix } from '@envase/testing';
import { type Askable, createAskable } from '../src/askable.ts';
import { createRules, type Rules } from '../src/rules.ts';

/** A Trace Manager's stores and parts, with nothing running yet. */
export interface Manager {
  program: Program;
  clock: Clock;
  rules: Rules;
  askable: Askable;
  /** Not remembered: each asks anew. */
  readPaused: ReadPaused;
  shutdown: Shutdown;
  logger: Logger;
  /** Lines logged so far. */
  lines: string[];
  /** All queues, to look into. */
  board: BoardQueues;
  /** A trace as it is stored; throws where there is none. */
  trace(id: string): Promise<TraceDoc>;
  insert(...traces: TraceDoc[]): Promise<void>;
  /** The results and stopped events of a trace in the log, by sequence. */
  results(traceId: string): Promise<EventDoc[]>;
  close(): Promise<unknown>;
}

export interface ManagerOptions {
  redisUrl: string;
  clock?: Clock;
  /** Another incarnation on the same stores. */
  like?: Manager;
}

interface Stores {
  uri: string;
  prefix: string;
  redisUrl: string;
}

const stores = new WeakMap<Manager, Stores>();

/** Variables of a program on the same stores. */
export function variablesOf(manager: Manager): Record<string, string> {
  const { uri = '', prefix = '', redisUrl = '' } = stores.get(manager) ?? {};
  return { MONGODB_URI: uri, QUEUE_PREFIX: prefix, REDIS_URL: redisUrl };
}

/** Opens one on a database and a prefix of its own. */
export async function openManager({
  redisUrl,
  clock = createClock(),
  like,
}: ManagerOptions): Promise<Manager> {
  const { uri, prefix } = (like && stores.get(like)) ?? (await makeStores());
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ program: 'trace-manager', level: 'debug', destination });
  const shutdown = createShutdown({ logger });
  const config = {
    MONGODB_URI: uri,
    REDIS_URL: redisUrl,
    QUEUE_PREFIX: prefix,
    ADMIN_PORT: 0,
    ADMIN_HOST: '127.0.0.1',
    FAILPOINTS: '',
  };
  const program = await openProgram({
    name: 'trace-manager',
    config,
    logger,
    shutdown,
    isReadyWithoutRedis: false,
  });
  const { pauses, cadenceRules, providerStates: states } = program.db.repositories;
  const rules = createRules({ clock, readCadence: createReadCadence({ cadenceRules, forMs: 0 }) });
  const board = openQueues(
    rules.manifests.map(({ id }) => id),
    { redis: program.producerRedis, logger, prefix },
  );
  shutdown.add('board', () => board.close(), 'queues');
  const readPaused = createReadPaused({ pauses, clock, forMs: 0 });
  const askable = createAskable({ states, readPaused, clock });
  const manager: Manager = {
    program,
    clock,
    rules,
    askable,
    readPaused,
    shutdown,
    logger,
    lines,
    board,
    ...readers(program),
    close: () => shutdown.run('test ends'),
  };
  stores.set(manager, { uri, prefix, redisUrl });
  return manager;
}

async function makeStores(): Promise<{ uri: string; prefix: string }> {
  const { uri } = createTestDatabase();
  const database = await connectDatabase({ uri });
  await migrate(database.connection, { retention: null });
  await database.close();
  return { uri, prefix: createTestPrefix() };
}

function readers({ db }: Program): Pick<Manager, 'trace' | 'insert' | 'results'> {
  const { traces, events } = db.repositories;
  const grants = [{ orgId: 'org', svcId: '*' }];
  return {
    async trace(id) {
      const trace = await traces.get(id);
      if (!trace) throw new Error(`There is no trace ${id}`);
      return trace;
    },
    async insert(...rows) {
      const lost = await traces.swap(rows.map((trace) => ({ expectedRev: null, trace })));
      if (lost.length > 0) throw new Error(`${lost.length} traces are there already`);
    },
    async results(traceId) {
      const { items } = await events.list({ clientId: 'c', grants }, { traceId }, { limit: 200 });
      return items.toSorted((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0));
    },
  };
}

/** Jobs of a queue in these states, by what their lane is about. */
export async function jobsOf(
  { board }: Pick<Manager, 'board'>,
  queue: string,
  states: ('waiting' | 'prioritized' | 'active' | 'failed' | 'completed')[] = ['waiting', 'prioritized'],
) {
  const found = board.queues.find(({ name }) => name === queue);
  if (!found) throw new Error(`There is no queue ${queue}`);
  return found.getJobs(states, 0, 5_000, true);
}

/** Ids of what waits in a queue. */
export async function waitingIn(manager: Pick<Manager, 'board'>, queue: string): Promise<string[]> {
  const jobs = await jobsOf(manager, queue);
  return jobs.map(({ data }) => String((data as { traceId?: string }).traceId ?? data.eventId));
}
