import type { Change, StopReason } from '@envase/contracts';
import type { Repositories, TraceDoc } from '@envase/db';
import { findProvider } from '@envase/providers';
import type { Clock } from '@envase/runtime';
import { z } from 'zod';
import { moment, parseOptions, refuse, sayProviders } from '../command-options.ts';
import { correctTrace } from './correct-trace.ts';
import { type Mapper, refoldTrip } from './refold-trip.ts';

export interface ReplayOptions {
  provider: string;
  since: string;
  until?: string | undefined;
  /** The last trace of a replay that was interrupted. */
  after?: string | undefined;
  apply?: boolean | undefined;
}

/** How one trace differs. */
export interface ReplayDifference {
  traceId: string;
  number: string;
  orgId: string;
  /** Answers of its trip, and those that are read differently. */
  answers: number;
  reread: number;
  changes: Change[];
  /** Why its tracing ended, where it did: then nothing is written. */
  stopReason: StopReason | null;
}

export interface ReplaySummary {
  provider: string;
  mapperVersion: string;
  since: Date;
  until: Date;
  traces: number;
  different: number;
  /** Of the different ones: corrected and told; tracing had ended. */
  written: number;
  ended: number;
  /** How often each field changes. */
  fields: Record<string, number>;
}

export interface ReplayDeps {
  repositories: Pick<Repositories, 'traces' | 'observations'>;
  clock: Pick<Clock, 'now'>;
  /** Told of each difference before it is written. */
  show: (difference: ReplayDifference) => void;
  /** Told of progress, one line each. */
  report: (line: string) => void;
  /** Instead of the catalogue's provider of that id. */
  findMapper?: (id: string) => Mapper | null;
}

const pageSize = 100;
const linesEvery = 1_000;

const replayOptions = z.object({
  provider: z.string(),
  since: moment,
  until: moment.optional(),
  after: z.string().min(1).optional(),
  apply: z.boolean().default(false),
});
const otherwise = 'Nothing can be replayed like this:';

/**
 * Reads the kept answers of a provider's traces with its mapper of today and shows what that changes; with `apply` it writes the
 * corrections, each told as a result of now. Again does no harm: what is corrected no longer differs. Throws `invalid_request` naming
 * every option that is wrong.
 */
export async function replay(deps: ReplayDeps, options: ReplayOptions): Promise<ReplaySummary> {
  const parsed = parseOptions(replayOptions, options, otherwise);
  const { since, until = new Date(deps.clock.now()), after = null, apply, ...rest } = parsed;
  const mapper = findMapper(deps, rest.provider);
  const { id: provider, mapperVersion } = mapper.manifest;
  if (until <= since) refuse(otherwise, { path: '--until', message: 'is later than --since' });
  let summary: ReplaySummary = {
    ...{ provider, mapperVersion, since, until },
    ...{ traces: 0, different: 0, written: 0, ended: 0, fields: {} },
  };
  const range = { since, until };
  for await (const trace of walk(deps, { via: provider, after, ...range })) {
    const done = await replayOne(trace, { deps, mapper, apply });
    summary = count(summary, done);
    if (summary.traces % linesEvery === 0)
      deps.report(
        `${summary.traces} traces read, ${summary.different} differ; go on with --after ${trace._id}`,
      );
  }
  return summary;
}

function findMapper(deps: ReplayDeps, id: string): Mapper {
  const found = (deps.findMapper ?? findProvider)(id);
  return found ?? refuse(otherwise, { path: '--provider', message: sayProviders(id) });
}

async function* walk(
  { repositories }: ReplayDeps,
  wanted: { via: string; after: string | null; since: Date; until: Date },
): AsyncGenerator<TraceDoc> {
  let { after } = wanted;
  for (;;) {
    const page = await repositories.traces.findTraced(wanted.via, { ...wanted, after }, pageSize);
    yield* page;
    after = page.at(-1)?._id ?? null;
    if (page.length < pageSize) return;
  }
}

interface Done {
  difference: ReplayDifference | null;
  isWritten: boolean;
}

/** A trace that changes meanwhile is read again: what is written is always what was shown last. */
async function replayOne(
  first: TraceDoc,
  by: { deps: ReplayDeps; mapper: Mapper; apply: boolean },
): Promise<Done> {
  const { repositories, clock, show } = by.deps;
  const { observations, traces } = repositories;
  for (let trace: TraceDoc | null = first; trace; trace = await traces.get(trace._id)) {
    const now = clock.now();
    const refolded = await refoldTrip(trace, { observations, mapper: by.mapper, now });
    const correction = correctTrace(trace, refolded, now);
    if (!correction) return { difference: null, isWritten: false };
    const { changes, corrected } = correction;
    const { _id: traceId, number, orgId, stopReason } = trace;
    const { answers, reread } = refolded;
    const difference = { traceId, number, orgId, answers, reread, changes, stopReason };
    show(difference);
    if (!by.apply || !corrected) return { difference, isWritten: false };
    const lost = await traces.swap([{ expectedRev: trace.rev, trace: corrected }]);
    if (lost.length === 0) return { difference, isWritten: true };
  }
  return { difference: null, isWritten: false };
}

function count(summary: ReplaySummary, { difference, isWritten }: Done): ReplaySummary {
  const traces = summary.traces + 1;
  if (!difference) return { ...summary, traces };
  const fields = { ...summary.fields };
  for (const { field } of difference.changes) fields[field] = (fields[field] ?? 0) + 1;
  return {
    ...summary,
    traces,
    different: summary.different + 1,
    written: summary.written + (isWritten ? 1 : 0),
    ended: summary.ended + (difference.stopReason === null ? 0 : 1),
    fields,
  };
}
