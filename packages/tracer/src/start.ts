import { createCredentialRepository, createReadPaused, type ReadPaused } from '@envase/db';
import { openProgram, type Program } from '@envase/program';
import { createScenarioProvider, findProvider, type Provider, workingOver } from '@envase/providers';
import { createRequestBudget } from '@envase/queues';
import { type Clock, createClock, createKeyRing, type MainContext } from '@envase/runtime';
import type { TracerConfig } from './config.ts';
import { type ConnectedProvider, connectProvider, lookWaitOf } from './connect-provider.ts';
import type { InboxSource } from './inbox/parse-inbox.ts';
import { startInbox } from './inbox/start-inbox.ts';
import { alwaysWell, createProviderHealth, type ProviderHealth } from './limits/provider-health.ts';
import { createPurse } from './limits/purse.ts';
import { startCustomers } from './logins/start-customers.ts';
import { createRunRetrieval } from './retrievals/run-retrieval.ts';
import { type Retriever, startRetrievals } from './retrievals/start-retrievals.ts';
import { createTellFailure } from './retrievals/tell-failure.ts';
import { createLine, startRuns } from './runs/start-runs.ts';
import { createTellings, type Tellings } from './runs/tellings.ts';
import { createRecordTold } from './told/record-told.ts';
import { createSeeSettled, type SeeSettled } from './told/see-settled.ts';

type Connection = TracerConfig['PROVIDERS'][string];

/**
 * Starts the Tracer: one queue per provider it is configured for, and that of test traces. Throws for a provider that nobody
 * knows.
 */
export async function startTracer(config: TracerConfig, { logger, shutdown }: MainContext): Promise<void> {
  const program = await openProgram({ name: 'tracer', config, logger, shutdown, isReadyWithoutRedis: false });
  const clock = createClock({ speed: config.SPEED });
  const { traces, observations, pauses, providerStates: states } = program.db.repositories;
  const readPaused = createReadPaused({ pauses, clock });
  const credentials = createCredentialRepository(program.db.connection, createKeyRing(config.KEY_RING));
  const settled = createSeeSettled({ traces, observations, producer: program.producer });
  const sources = new Map<string, InboxSource>();
  const retrievers: Retriever[] = [];
  const start = (by: Pick<By, 'provider' | 'connection' | 'health'>) => {
    const { id } = by.provider.manifest;
    const { purse, connected, source, retriever } = startProvider(program, {
      ...by,
      readPaused,
      clock,
      settled,
    });
    if (source) sources.set(id, source);
    if (retriever) retrievers.push(retriever);
    // Runs that wait for the budget end at once; their traces stay due.
    shutdown.add(`${id} budget`, () => purse.close(), 'accept');
    shutdown.add(`${id} connections`, () => connected.close(), 'queues');
  };
  for (const [id, connection] of Object.entries(config.PROVIDERS)) {
    const provider = findProvider(id);
    if (!provider) throw new Error(`PROVIDERS names ${id}, which is no provider`);
    if (provider.manifest.credentials.owner === 'customer') {
      const { baseUrl } = connection;
      startCustomers(program, { provider, baseUrl, credentials, readPaused, clock, shutdown });
      continue;
    }
    const health = createProviderHealth({ states, clock, providerId: provider.manifest.id });
    start({ provider: workingOver(provider, connection), connection, health });
  }
  const connection = { baseUrl: '', credentials: {} };
  start({ provider: createScenarioProvider(clock), connection, health: alwaysWell });
  startInbox(program, { sources, settled, clock, appointmentOwners: config.APPOINTMENT_OWNERS });
  startRetrievals(program, { retrievers, readPaused, clock });
}

interface By {
  provider: Provider;
  connection: Connection;
  health: ProviderHealth;
  readPaused: ReadPaused;
  clock: Clock;
  settled: SeeSettled;
}

function startProvider(program: Program, by: By) {
  const { provider, connection, health, readPaused, clock } = by;
  const { manifest } = provider;
  const { prefix } = program;
  const { traces, providerStates: states } = program.db.repositories;
  const budget = createRequestBudget({ redis: program.producerRedis, prefix });
  const purse = createPurse({ budget, manifest, credential: 'platform' });
  const connected = connectProvider(provider, {
    connection: { ...connection, spend: purse.spend },
    spendInTurn: (signal) => purse.reserve().then(() => purse.spend(signal)),
    clock,
    traces,
  });
  const tellings = createTellings({ states, clock });
  const { ask } = connected;
  const openLogin = async () => ({ ask, health });
  startRuns(
    program,
    provider,
    createLine(program, { provider, openLogin, purse, tellings, readPaused, clock }),
  );
  return { purse, connected, ...hear(program, { ...by, connected, tellings }) };
}

const defaultRetrieveMs = 5 * 60_000;

/** What a provider says by itself, where its workflow has it do so. */
function hear(
  { db, logger }: Program,
  by: By & { connected: ConnectedProvider; tellings: Tellings },
): { source?: InboxSource; retriever?: Retriever } {
  const { provider, clock, settled, connected, health, tellings } = by;
  const { id: providerId, timeoutMs, waits } = provider.manifest;
  const { traces, observations, providerStates: states } = db.repositories;
  const recordTold = createRecordTold({
    provider,
    traces,
    observations,
    clock,
    waitMs: lookWaitOf(provider, clock),
  });
  const { notifying, retrieving } = connected;
  const isTraced = async (number: string) => (await traces.findTracing(providerId, [number])).length > 0;
  if (notifying) return { source: { ...notifying, isTraced, recordTold } };
  if (!retrieving) return {};
  const stateId = `${providerId}~platform`;
  const everyMs = clock.wait(waits?.retrieveMs ?? defaultRetrieveMs);
  const { manifest } = provider;
  const tellFailure = createTellFailure({ manifest, traces, observations, tellings, settled, clock });
  const parts = { tellFailure, states, stateId, recordTold, settled, health, clock, everyMs, timeoutMs };
  const run = createRunRetrieval({
    ...parts,
    client: retrieving,
    logger: logger.child({ provider: providerId }),
  });
  return { retriever: { providerId, stateId, run } };
}
