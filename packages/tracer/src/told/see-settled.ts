import type { ObservationRepository, TraceRepository } from '@envase/db';
import { type Producer, traceResults } from '@envase/queues';
import { isSettled } from '../runs/run-traces.ts';

export interface SeeSettled {
  /** Which of these traces have something observed that is not folded in yet. */
  findOpen(traceIds: readonly string[]): Promise<string[]>;
  /** Rejects while Redis is away: who must not lose it keeps its debt. */
  askToSettle(traceIds: readonly string[]): Promise<void>;
}

/** What was told is not due anywhere, so it is owed by the cursor or the inbound body until it is settled. */
export function createSeeSettled(deps: {
  traces: Pick<TraceRepository, 'getMany'>;
  observations: Pick<ObservationRepository, 'newest'>;
  producer: Producer;
}): SeeSettled {
  const { traces, observations, producer } = deps;
  return {
    async findOpen(traceIds) {
      if (traceIds.length === 0) return [];
      const [found, newest] = await Promise.all([traces.getMany(traceIds), observations.newest(traceIds)]);
      return found.filter((trace) => !isSettled(trace, newest.get(trace._id))).map(({ _id }) => _id);
    },
    async askToSettle(traceIds) {
      const lanes = traceIds.map((traceId) => ({ laneId: traceId, data: { traceId } }));
      if (lanes.length > 0) await producer.addLanes(traceResults, 'trace.settle', lanes);
    },
  };
}
