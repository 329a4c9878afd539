import type { ReadPaused } from '@envase/db';
import type { Program } from '@envase/program';
import type { Provider } from '@envase/providers';
import { createLaneWorker, traceQueue } from '@envase/queues';
import type { Clock } from '@envase/runtime';
import type { Purse } from '../limits/purse.ts';
import type { OpenLogin } from '../logins/login.ts';
import { createRunGroup } from './run-group.ts';
import { concurrencyFor, createRunTraces, type RunTraces } from './run-traces.ts';
import type { Tellings } from './tellings.ts';

/** Runs with one login and its budget. */
export function createLine(
  program: Program,
  by: {
    provider: Provider;
    openLogin: OpenLogin;
    purse: Purse;
    tellings: Tellings;
    readPaused: ReadPaused;
    clock: Clock;
  },
): RunTraces {
  const { provider, purse, readPaused, clock } = by;
  const { producer, usage } = program;
  const { traces, observations } = program.db.repositories;
  const { id, batchSize } = provider.manifest;
  const logger = program.logger.child({ provider: id });
  const runGroup = createRunGroup({
    ...by,
    logger,
    countRequest: (owner) => usage.add(owner, 'providerRequests'),
  });
  const parts = { traces, observations, readPaused, producer, clock, logger };
  return createRunTraces({ ...parts, batchSize, purse, runGroup });
}

/** Works the queue of a provider. */
export function startRuns(program: Program, { manifest }: Pick<Provider, 'manifest'>, run: RunTraces): void {
  const { prefix, gate, workerRedis: redis } = program;
  const logger = program.logger.child({ provider: manifest.id });
  const concurrency = concurrencyFor(manifest.batchSize);
  program.run(
    createLaneWorker(
      traceQueue(manifest.id),
      { 'trace.run': run },
      { redis, prefix, gate, logger, concurrency },
    ),
  );
}
