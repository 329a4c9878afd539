import type { Change, StopReason } from '@envase/contracts';
import type { Observed } from '../observation.ts';
import type { TraceFacts, TraceState } from '../trace-state.ts';
import { diffStates } from './diff-states.ts';
import { noFreeDays } from './free-days.ts';
import { findRegress, readJourney } from './journey.ts';
import { mergeObserved } from './merge.ts';
import { stepAt } from './position.ts';

export interface FoldContext extends TraceFacts {
  /** ISO time of the folding: when events are first recorded. */
  now: string;
}

export interface FoldResult {
  state: TraceState;
  /** Against the previous state; empty for the first one. */
  changes: Change[];
  /** Set when tracing ends with this observation. */
  ended: StopReason | null;
  /** Facts that cannot be true of this trip, and were left out. */
  quarantined: string[];
}

/** What is known of a box of which nothing is known. */
export const unknownState: TraceState = {
  status: 'not_found',
  description: null,
  length: null,
  isoType: null,
  loaded: null,
  billOfLading: null,
  carrier: null,
  destination: null,
  events: [],
  fees: [],
  lastFreeDay: noFreeDays,
  available: null,
  position: null,
  isSaidClear: false,
  observedAt: null,
  providerUpdatedAt: null,
  stale: false,
};

/**
 * What is known after one more observation, and what that changed (contract s4, s5). Pure; never throws for anything a mapper
 * can make. A box that was found and no longer is keeps what is known, marked stale.
 */
export function fold(previous: TraceState | null, observed: Observed, context: FoldContext): FoldResult {
  const { now, ...facts } = context;
  if (!observed.found) return foldNotFound(previous, observed, facts);
  const journey = readJourney(observed, previous, facts);
  const regress = previous && findRegress(previous, journey, facts);
  if (regress) {
    const quarantined = [...journey.dropped, regress];
    return { state: previous, changes: [], ended: endOf(previous, facts), quarantined };
  }
  const state = mergeObserved(previous ?? unknownState, observed, { journey, facts, now });
  return {
    state,
    changes: previous ? diffStates(previous, state) : [],
    ended: endOf(state, facts),
    quarantined: journey.dropped,
  };
}

function foldNotFound(previous: TraceState | null, observed: Observed, facts: TraceFacts): FoldResult {
  const state: TraceState =
    previous === null || previous.status === 'not_found'
      ? { ...unknownState, observedAt: observed.observedAt }
      : { ...previous, stale: true };
  return { state, changes: [], ended: endOf(state, facts), quarantined: [] };
}

/** Why tracing ends with this state, if it does (contract s4: `outgated`, `returned`, `completed`; s4 `TRACE_STOPPED`). */
function endOf(state: TraceState, facts: TraceFacts): StopReason | null {
  const has = (code: TraceState['events'][number]['code']) =>
    state.events.some((event) => event.code === code);
  if (facts.service !== 'availability') {
    if (has('completed')) return 'completed';
    if (state.status === 'departed') return 'departed';
    return has('returned') ? 'empty_returned' : null;
  }
  if (has('returned')) return 'empty_returned';
  const hasLeft = has('outgated') || stepAt(state.position, facts)?.where === 'left';
  return hasLeft && facts.traceUntil === 'outgated' ? 'outgated' : null;
}
