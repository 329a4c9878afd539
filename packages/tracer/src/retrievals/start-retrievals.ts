import type { ReadPaused } from '@envase/db';
import { isAskable } from '@envase/domain';
import type { Program } from '@envase/program';
import { createLaneWorker, createPump, providerRetrievals } from '@envase/queues';
import type { Clock } from '@envase/runtime';
import { retrievalOf } from './run-retrieval.ts';

/** A provider of this process whose results are retrieved in turn. */
export interface Retriever {
  providerId: string;
  stateId: string;
  run(): Promise<string>;
}

/**
 * Works `provider-retrievals` and wakes what is due; an open breaker stops it, and a probe is one retrieval. A provider that an
 * operator has paused stays due.
 */
export function startRetrievals(
  program: Program,
  by: { retrievers: readonly Retriever[]; readPaused: ReadPaused; clock: Clock },
): void {
  const { retrievers, readPaused, clock } = by;
  if (retrievers.length === 0) return;
  const { producer, prefix, gate, logger, workerRedis: redis } = program;
  const run = async ({ providerId }: { providerId: string }) => {
    const retriever = retrievers.find((one) => one.providerId === providerId);
    // It is due for a process that has its login; the pump there adds it again.
    if (!retriever) return 'not here';
    return (await readPaused()).providers.has(providerId) ? 'paused' : retriever.run();
  };
  const parts = { producer, redis, prefix, logger };
  const worker = createLaneWorker(
    providerRetrievals,
    { 'retrieval.run': run },
    { ...parts, gate, concurrency: 5 },
  );
  const due = async () => {
    const now = clock.now();
    const states = await program.db.repositories.providerStates.getMany(
      retrievers.flatMap(({ providerId, stateId }) => [providerId, stateId]),
    );
    const paused = await readPaused();
    const byId = new Map(states.map((state) => [state._id, state]));
    const isDue = ({ providerId, stateId }: Retriever) =>
      !paused.providers.has(providerId) &&
      isAskable(byId.get(providerId)?.breaker, now) !== 'no' &&
      retrievalOf(byId.get(stateId) ?? null, now).dueAt.getTime() <= now;
    return retrievers
      .filter(isDue)
      .map(({ providerId, stateId }) => ({ laneId: stateId, data: { providerId } }));
  };
  program.run(worker, createPump({ ...parts, queue: providerRetrievals, jobName: 'retrieval.run', due }));
}
