import type {
  ObservationDoc,
  ObservationRepository,
  ReadPaused,
  TraceDoc,
  TraceRepository,
} from '@envase/db';
import { isPaused, servedForceSeq } from '@envase/domain';
import { type Producer, traceResults } from '@envase/queues';
import { asError, type Clock, failpoint, type Logger } from '@envase/runtime';
import DataLoader from 'dataloader';
import type { Purse } from '../limits/purse.ts';
import { groupRuns } from './group-runs.ts';
import { createMeeting } from './meeting.ts';
import type { RunGroupOnce } from './run-group.ts';

export interface RunTracesDeps {
  traces: TraceRepository;
  observations: ObservationRepository;
  readPaused: ReadPaused;
  producer: Producer;
  clock: Clock;
  logger: Logger;
  batchSize: number;
  purse: Pick<Purse, 'idle'>;
  runGroup: RunGroupOnce;
}

/** Resolves when the observation of the trace is stored, or nothing is to be done. */
export type RunTraces = (job: { traceId: string; together?: number | undefined }) => Promise<void>;

/**
 * `trace.run`: runs that arrive together share provider requests, and so do those that arrive while the provider may not be
 * asked; each resolves when its own observation is stored.
 */
export function createRunTraces(deps: RunTracesDeps): RunTraces {
  const meeting = createMeeting(deps.batchSize);
  const loader = new DataLoader<string, null>((ids) => runBatch(ids, deps), {
    cache: false,
    batchScheduleFn: (run) => meeting.schedule(() => void deps.purse.idle().then(run)),
  });
  return async ({ traceId, together = 1 }) => {
    meeting.arrive(together);
    await loader.load(traceId);
  };
}

/** Most jobs worth having active at once: two full requests, so that one forms while another is under way. */
export function concurrencyFor(batchSize: number): number {
  return Math.max(10, 2 * batchSize);
}

async function runBatch(ids: readonly string[], deps: RunTracesDeps): Promise<(null | Error)[]> {
  const unique = [...new Set(ids)];
  const found = await deps.traces.getMany(unique);
  const { toRun, toSettle, toGiveBack } = await sortOut(found, deps);
  await deps.traces.release(toGiveBack);
  const failed = new Map<string, Error>();
  const groups = groupRuns(toRun, deps.batchSize).map(async (group) => {
    try {
      toSettle.push(...(await runOne(group, deps)));
    } catch (error) {
      for (const trace of group.traces) failed.set(trace._id, asError(error));
    }
  });
  await Promise.all(groups);
  await askToSettle(toSettle, deps);
  return ids.map((id) => failed.get(id) ?? null);
}

async function runOne(group: Parameters<RunGroupOnce>[0], deps: RunTracesDeps): Promise<string[]> {
  await failpoint('tracer.before-request');
  const observations: ObservationDoc[] = await deps.runGroup(group);
  await failpoint('tracer.after-answer');
  if (observations.length > 0) await deps.observations.record(observations);
  await failpoint('tracer.after-record');
  return observations.map((observation) => observation.traceId);
}

/**
 * Due traces run. One whose last answer was never settled (a job was lost) is settled first, at no provider request,
 * unless it was forced since. What an operator has paused is given back as it is, due as before.
 */
async function sortOut(found: readonly TraceDoc[], deps: RunTracesDeps) {
  const now = deps.clock.now();
  const due = found.filter(
    (trace) => trace.tracing && trace.nextTraceAt && trace.nextTraceAt.getTime() <= now,
  );
  const paused = await deps.readPaused();
  const newest = await deps.observations.newest(due.map((trace) => trace._id));
  const toRun: TraceDoc[] = [];
  const toGiveBack: string[] = [];
  const toSettle: string[] = [];
  for (const trace of due) {
    const last = newest.get(trace._id);
    const isOwed = last && !isSettled(trace, last) && servedForceSeq(trace, now) <= last.forceSeq;
    if (isOwed) toSettle.push(trace._id);
    else if (isPaused(trace, paused)) toGiveBack.push(trace._id);
    else toRun.push(trace);
  }
  return { toRun, toSettle, toGiveBack };
}

/** Whether nothing newer than what was folded into the trace has been observed. */
export function isSettled(
  { settled }: Pick<TraceDoc, 'settled'>,
  last: Pick<ObservationDoc, '_id' | 'times'> | undefined,
): boolean {
  return !last || (last._id === settled?.observationId && last.times === settled.times);
}

async function askToSettle(traceIds: readonly string[], { producer, logger }: RunTracesDeps): Promise<void> {
  if (traceIds.length === 0) return;
  const lanes = traceIds.map((traceId) => ({ laneId: traceId, data: { traceId } }));
  await producer.addLanes(traceResults, 'trace.settle', lanes).catch((error: unknown) => {
    logger.warn({ err: asError(error) }, 'Settling was not queued: the next run will settle first');
  });
}
