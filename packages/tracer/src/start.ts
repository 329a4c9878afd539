import { openProgram, type Program } from '@envase/program';
import { findProvider, type Provider, type RealTimeClient } from '@envase/providers';
import { createLaneWorker, createRequestBudget, traceQueue } from '@envase/queues';
import { type Clock, createClock, type MainContext } from '@envase/runtime';
import type { TracerConfig } from './config.ts';
import { createProviderHealth } from './limits/provider-health.ts';
import { createPurse, type Purse } from './limits/purse.ts';
import { createRunGroup } from './runs/run-group.ts';
import { concurrencyFor, createRunTraces } from './runs/run-traces.ts';
import { createTellings } from './runs/tellings.ts';

type Connection = TracerConfig['PROVIDERS'][string];

/** Starts the Tracer: one queue per provider it is configured for. Throws for a provider that nobody knows. */
export async function startTracer(config: TracerConfig, { logger, shutdown }: MainContext): Promise<void> {
  const program = await openProgram({ name: 'tracer', config, logger, shutdown, isReadyWithoutRedis: false });
  const clock = createClock({ speed: config.SPEED });
  for (const [id, connection] of Object.entries(config.PROVIDERS)) {
    const provider = findProvider(id);
    if (!provider) throw new Error(`PROVIDERS names ${id}, which is no provider`);
    const { purse, client } = startProvider(program, { provider, connection, clock });
    // Runs that wait for the budget end at once; their traces stay due.
    shutdown.add(`${id} budget`, () => purse.close(), 'accept');
    shutdown.add(`${id} connections`, () => client.close(), 'queues');
  }
}

function startProvider(
  program: Program,
  by: { provider: Provider; connection: Connection; clock: Clock },
): { purse: Purse; client: RealTimeClient } {
  const { provider, connection, clock } = by;
  const { manifest } = provider;
  const { producer, prefix, gate, workerRedis: redis } = program;
  const { traces, observations, providerStates: states } = program.db.repositories;
  const logger = program.logger.child({ provider: manifest.id });
  const budget = createRequestBudget({ redis: program.producerRedis, prefix });
  const purse = createPurse({ budget, manifest, credential: 'platform' });
  const client = provider.connect({ ...connection, spend: purse.spend });
  const health = createProviderHealth({ states, clock, providerId: manifest.id });
  const tellings = createTellings({ states, clock, providerId: manifest.id });
  const runGroup = createRunGroup({ provider, client, purse, clock, logger, health, tellings });
  const { batchSize } = manifest;
  const run = createRunTraces({ traces, observations, producer, clock, logger, batchSize, purse, runGroup });
  const worker = createLaneWorker(
    traceQueue(manifest.id),
    { 'trace.run': run },
    { redis, prefix, gate, logger, concurrency: concurrencyFor(batchSize) },
  );
  program.run(worker);
  return { purse, client };
}
