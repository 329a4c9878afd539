import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyFacts, observations } from '../../test/observations.ts';
import { type Observed, presentContainerResult, type TraceFacts, type TraceState } from '../index.ts';
import { presentBookingResult } from '../present-booking.ts';
import { eventKey } from './event-draft.ts';
import { type FoldResult, fold } from './fold.ts';

const sequences = fc.array(observations, { minLength: 1, maxLength: 6 });
const runs = { numRuns: 250 };

interface Step extends FoldResult {
  previous: TraceState | null;
  observed: Observed;
  now: string;
}

/** Folds a story, an hour between two observations. */
function foldAll(story: readonly Observed[], facts: TraceFacts): Step[] {
  const steps: Step[] = [];
  for (const [index, observed] of story.entries()) {
    const previous = steps.at(-1)?.state ?? null;
    const now = new Date(Date.UTC(2026, 6, 1, index)).toISOString();
    steps.push({ ...fold(previous, observed, { ...facts, now }), previous, observed, now });
  }
  return steps;
}

function eachStep(check: (step: Step, facts: TraceFacts) => void) {
  const property = fc.property(sequences, anyFacts, (story, facts) => {
    for (const step of foldAll(story, facts)) check(step, facts);
  });
  fc.assert(property, runs);
}

/** All that a result of either kind shows, freshness apart. */
function payloadOf(state: TraceState): unknown {
  const trace = { number: 'CSQU3054383', providerId: 'apm', siteId: 'USLAX' };
  const at = { changes: [], nextTraceAt: null, tracedAt: null, now: new Date(0) };
  const booking = presentBookingResult(trace, { ...state, providerUpdatedAt: null }, at);
  const container = presentContainerResult(trace, state, at);
  return { container: { ...container, freshness: null }, booking: { ...booking, freshness: null } };
}

const railStatuses = ['on_rail', 'rail_arrived', 'grounded', 'rail_available'];
const vesselStatuses = ['on_vessel', 'vessel_arrived', 'discharged', 'available'];
const has = (state: TraceState, code: string) => state.events.some((event) => event.code === code);

describe('any story of observations', () => {
  it('changes nothing when its last observation is repeated', () => {
    eachStep(({ state, observed }, facts) => {
      const again = fold(state, observed, { ...facts, now: '2027-01-01T00:00:00.000Z' });
      expect(again.changes).toEqual([]);
      expect(payloadOf(again.state)).toEqual(payloadOf(state));
    });
  });

  it('names a change exactly when the payload differs', () => {
    eachStep(({ previous, state, changes }) => {
      if (!previous) return expect(changes).toEqual([]);
      expect(changes.length === 0).toBe(
        JSON.stringify(payloadOf(previous)) === JSON.stringify(payloadOf(state)),
      );
    });
  });

  it('names every field once, with values that differ', () => {
    eachStep(({ changes }) => {
      expect(new Set(changes.map(({ field }) => field)).size).toBe(changes.length);
      for (const change of changes) expect(change.previous).not.toStrictEqual(change.current);
    });
  });

  it('never shows a box as available or released while a hold stands', () => {
    eachStep(({ state }) => {
      if (!has(state, 'hold')) return;
      expect(has(state, 'available')).toBe(false);
      expect(has(state, 'released')).toBe(false);
      expect(state.status).not.toBe('available');
      expect(state.status).not.toBe('rail_available');
    });
  });

  it('is on hold only with a hold, and has no events while it is not found', () => {
    eachStep(({ state }) => {
      if (state.status === 'on_hold') expect(has(state, 'hold')).toBe(true);
      if (state.status === 'not_found') expect(state.events).toEqual([]);
      if (state.status === 'appointment_set') expect(has(state, 'appointment')).toBe(true);
    });
  });

  it('gives a terminal no rail status and a railroad no vessel status', () => {
    eachStep(({ state }, { providerType }) => {
      if (providerType === 'terminal') expect(railStatuses).not.toContain(state.status);
      if (providerType === 'rail') expect(vesselStatuses).not.toContain(state.status);
    });
  });

  it('keeps the date of an event as long as it stands', () => {
    eachStep(({ previous, state, now }) => {
      const before = new Map(previous?.events.map((one) => [eventKey(one.code, one.data), one.eventDate]));
      for (const { code, data, eventDate, date } of state.events) {
        const first = before.get(eventKey(code, data));
        expect(date).toBe(eventDate);
        if (first !== undefined) expect(eventDate).toBe(first);
        else expect([now, ...before.values()]).toContain(eventDate);
        if (code === 'hold') expect(data.since).toBe(eventDate);
        if (code === 'released') expect(data.released).toBe(eventDate);
      }
    });
  });

  it('has each event once', () => {
    eachStep(({ state }) => {
      const keys = state.events.map(({ code, data }) => eventKey(code, data));
      expect(new Set(keys).size).toBe(keys.length);
    });
  });

  it('is plain JSON, and changes none of its arguments', () => {
    eachStep(({ state, changes, previous, observed, now }, facts) => {
      expect(JSON.parse(JSON.stringify(state))).toStrictEqual(state);
      expect(JSON.parse(JSON.stringify(changes))).toStrictEqual(changes);
      const copies = structuredClone({ previous, observed });
      fold(previous, observed, { ...facts, now });
      expect({ previous, observed }).toStrictEqual(copies);
    });
  });

  it('is the same in whatever order a source lists holds, fees, free days and milestones of different kinds', () => {
    eachStep(({ previous, observed, state, now }, facts) => {
      const isOnce = new Set(observed.milestones.map(({ code }) => code)).size === observed.milestones.length;
      const reversed = {
        ...observed,
        holds: observed.holds?.toReversed() ?? null,
        fees: observed.fees?.toReversed() ?? null,
        lastFreeDays: observed.lastFreeDays.toReversed(),
        milestones: isOnce ? observed.milestones.toReversed() : observed.milestones,
      };
      const other = fold(previous, reversed, { ...facts, now }).state;
      expect(payloadOf(other)).toEqual(payloadOf(state));
    });
  });

  it('never forgets that a box was discharged, left or came back', () => {
    eachStep(({ previous, state }) => {
      for (const code of ['discharged', 'outgated', 'returned'] as const) {
        if (previous && has(previous, code)) expect(has(state, code)).toBe(true);
      }
    });
  });

  it('never goes back from a box that has left', () => {
    const order = ['outgated', 'delivered', 'empty_returned'];
    eachStep(({ previous, state }, { service }) => {
      if (!previous || service !== 'availability' || !order.includes(previous.status)) return;
      expect(order.indexOf(state.status)).toBeGreaterThanOrEqual(order.indexOf(previous.status));
    });
  });

  it('keeps what is known, marked stale, when a found box is not found', () => {
    eachStep(({ previous, state, observed, changes }) => {
      if (observed.found) return expect(state.stale && previous?.stale !== true).toBe(false);
      expect(changes).toEqual([]);
      const isKnown = previous !== null && previous.status !== 'not_found';
      expect(state.stale).toBe(isKnown);
      if (isKnown) expect({ ...state, stale: previous.stale }).toEqual(previous);
    });
  });

  it('shows no date that nobody said: the first of each last free day is the earliest', () => {
    eachStep(({ state: { lastFreeDay } }) => {
      const days = [lastFreeDay.line, lastFreeDay.terminal, lastFreeDay.rail].filter((day) => day !== null);
      expect(lastFreeDay.earliest).toBe(days.toSorted()[0] ?? null);
    });
  });

  it('ends only for a reason that its events show', () => {
    eachStep(({ state, ended }, { traceUntil, service }) => {
      if (ended === 'empty_returned') expect(has(state, 'returned')).toBe(true);
      if (ended === 'completed') expect(has(state, 'completed')).toBe(true);
      if (ended === 'outgated') expect([service, traceUntil]).toEqual(['availability', 'outgated']);
      if (ended === null && service === 'availability' && traceUntil === 'outgated') {
        expect(has(state, 'outgated')).toBe(false);
      }
    });
  });
});
