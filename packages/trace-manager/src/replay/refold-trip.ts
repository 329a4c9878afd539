import { isDeepStrictEqual } from 'node:util';
import type { StopReason } from '@envase/contracts';
import type { ObservationDoc, ObservationRepository, TraceDoc } from '@envase/db';
import { fold, type Observed, type TraceState } from '@envase/domain';
import { type Provider, readAnew, readTraceFacts } from '@envase/providers';

/** What a provider is asked with: its catalogue entry and the map of today. */
export type Mapper = Pick<Provider, 'manifest' | 'map'>;

/** A trip folded twice over the same answers. */
export interface Refolded {
  /** With every answer as it was read when it came; null before the first. */
  before: TraceState | null;
  /** With every answer as today's mapper reads it. */
  today: TraceState | null;
  /** Whether tracing ends where `today` stands, and why. */
  ended: StopReason | null;
  /** Answers, and those of them that today's mapper reads differently. */
  answers: number;
  reread: number;
}

const pageSize = 100;

/**
 * Folds what the trip of a trace observed, as far as it is settled: what is not is folded when it is. Both folds are made alike, so
 * they differ by the mapper alone. Memory: one page of observations.
 */
export async function refoldTrip(
  trace: TraceDoc,
  by: { observations: Pick<ObservationRepository, 'findBetween'>; mapper: Mapper; now: number },
): Promise<Refolded> {
  const range = { from: trace.tripStartedAt, until: new Date(by.now) };
  let folded: Refolded = { before: null, today: null, ended: null, answers: 0, reread: 0 };
  let after: string | null = null;
  for (;;) {
    const page: ObservationDoc[] = await by.observations.findBetween(
      trace._id,
      { after, ...range },
      pageSize,
    );
    for (const observation of page) {
      if (trace.settled === null || observation._id > trace.settled.observationId) return folded;
      folded = await foldTwice(folded, observation, { trace, mapper: by.mapper });
    }
    after = page.at(-1)?._id ?? null;
    if (page.length < pageSize) return folded;
  }
}

async function foldTwice(
  folded: Refolded,
  observation: ObservationDoc,
  { trace, mapper }: { trace: TraceDoc; mapper: Mapper },
): Promise<Refolded> {
  const { kind, normalized, observedAt, lastAt } = observation;
  if (kind !== 'answer' || normalized === null) return folded;
  const read = (await readAnew(observation, { trace, provider: mapper })) ?? normalized;
  const context = { ...readTraceFacts(trace), now: observedAt.toISOString() };
  const step = (state: TraceState | null, observed: Observed) =>
    fold(state, { ...observed, observedAt: lastAt.toISOString() }, context);
  const today = step(folded.today, read);
  return {
    before: step(folded.before, normalized).state,
    today: today.state,
    ended: today.ended,
    answers: folded.answers + 1,
    reread: folded.reread + (isDeepStrictEqual(toPlain(read), toPlain(normalized)) ? 0 : 1),
  };
}

/** As it would be stored: an absent property and one that is undefined are the same. */
function toPlain(observed: Observed): unknown {
  return JSON.parse(JSON.stringify({ ...observed, observedAt: null }));
}
