import type { ObservationDoc, ObservationRepository, TraceDoc } from '@envase/db';
import { fold, type TraceState } from '@envase/domain';
import {
  createScenarioProvider,
  findProvider,
  type Provider,
  readAnew,
  readTraceFacts,
} from '@envase/providers';
import type { Clock } from '@envase/runtime';

export interface FoldUntilDeps {
  observations: Pick<ObservationRepository, 'findBetween'>;
  clock: Clock;
}

/** What was true of a box at a moment; both null before the first answer of its trip. */
export interface FoldedUntil {
  state: TraceState | null;
  lastTracedAt: Date | null;
}

const pageSize = 100;

/** Folds what a trip observed up to a moment with today's mappers (contract s7, `asOf`): what they learned since counts too. */
export async function foldUntil(
  { observations, clock }: FoldUntilDeps,
  trace: TraceDoc,
  range: { from: Date; until: Date },
): Promise<FoldedUntil> {
  const provider = providerOf(trace, clock);
  let folded: FoldedUntil = { state: null, lastTracedAt: null };
  let after: string | null = null;
  for (;;) {
    const page = await observations.findBetween(trace._id, { after, ...range }, pageSize);
    for (const observation of page) {
      folded = await foldOne(folded, observation, { trace, provider, until: range.until });
    }
    after = page.at(-1)?._id ?? null;
    if (page.length < pageSize) return folded;
  }
}

function providerOf(trace: TraceDoc, clock: Clock): Provider | null {
  return trace.isTest ? createScenarioProvider(clock) : findProvider(trace.providerId);
}

interface By {
  trace: TraceDoc;
  provider: Provider | null;
  until: Date;
}

async function foldOne(folded: FoldedUntil, observation: ObservationDoc, by: By): Promise<FoldedUntil> {
  const { state } = folded;
  if (observation.kind === 'failure') return { ...folded, state: state && { ...state, stale: true } };
  // A receipt says nothing of the box.
  const observed = observation.kind === 'answer' ? await readAnew(observation, by) : null;
  if (observed === null) return folded;
  const lastTracedAt = new Date(Math.min(observation.lastAt.getTime(), by.until.getTime()));
  const context = { ...readTraceFacts(by.trace), now: observation.observedAt.toISOString() };
  const seen = { ...observed, observedAt: lastTracedAt.toISOString() };
  return { state: fold(state, seen, context).state, lastTracedAt };
}
