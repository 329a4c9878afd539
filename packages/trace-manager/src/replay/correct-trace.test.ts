import { diffStates, fold, notFound, type Observed, type TraceState } from '@envase/domain';
import { describe, expect, it } from 'vitest';
import { buildAnswer, buildSettleContext, buildTrace, discharged, startMs } from '../../test/build.ts';
import { settle } from '../settling/settle.ts';
import { correctTrace } from './correct-trace.ts';
import type { Refolded } from './refold-trip.ts';

const now = startMs + 3_600_000;
const { facts } = buildSettleContext();
const at = '2026-03-02T12:00:30.000Z';
const hold = { type: 'customs' as const, description: 'exam', providerCode: 'X' };

const foldOnce = (observed: Partial<Observed>) =>
  fold(null, { ...notFound(at), found: true, ...observed }, { ...facts, now: at });

function settledTrace(observed: Partial<Observed>) {
  const trace = buildTrace();
  return { ...settle(trace, [buildAnswer(trace, observed)], buildSettleContext()), outbox: [] };
}

function refold(before: Partial<Observed>, today: Partial<Observed>): Refolded {
  const anew = foldOnce(today);
  return { before: foldOnce(before).state, today: anew.state, ended: anew.ended, answers: 1, reread: 1 };
}

describe('a trip read anew', () => {
  it('corrects the state and tells it as a result of now, and leaves the plan alone', () => {
    const trace = settledTrace(discharged);
    const correction = correctTrace(trace, refold(discharged, { ...discharged, holds: [hold] }), now);
    expect(correction?.changes).toContainEqual(
      expect.objectContaining({ field: 'events.hold.customs', previous: null }),
    );
    expect(correction?.corrected).toMatchObject({
      rev: trace.rev + 1,
      seq: trace.seq + 1,
      state: { status: 'on_hold', observedAt: trace.state?.observedAt, stale: false },
      nextTraceAt: trace.nextTraceAt,
      why: trace.why,
      lastTracedAt: trace.lastTracedAt,
      settled: trace.settled,
      outbox: [{ action: 'TRACE_RESULT', sequence: trace.seq + 1, createdAt: new Date(now) }],
    });
    const payload = correction?.corrected?.outbox[0]?.payload;
    expect(payload).toMatchObject({ status: 'on_hold', changes: correction?.changes });
  });

  it('takes back what an older mapper read into it, also where the box seemed to be further', () => {
    const arrived = { milestones: [{ code: 'arrived' as const, time: null, location: null }] };
    const correction = correctTrace(settledTrace(discharged), refold(discharged, arrived), now);
    expect(correction?.corrected?.state).toMatchObject({ status: 'vessel_arrived' });
    expect(correction?.changes).toEqual(
      expect.arrayContaining([
        { field: 'status', previous: 'discharged', current: 'vessel_arrived' },
        expect.objectContaining({ field: 'events.discharged', current: null }),
      ]),
    );
  });

  it('keeps when events were first recorded, and records new ones now', () => {
    const trace = settledTrace(discharged);
    const dates = (state: TraceState | null | undefined) =>
      Object.fromEntries((state?.events ?? []).map(({ code, eventDate }) => [code, eventDate]));
    const { corrected } =
      correctTrace(trace, refold(discharged, { ...discharged, holds: [hold] }), now) ?? {};
    expect(dates(corrected?.state)).toEqual({ ...dates(trace.state), hold: new Date(now).toISOString() });
  });

  it('ends tracing where the box had left', () => {
    const out = { code: 'outgated' as const, time: { at: '2026-03-02T03:00:00-08:00' }, location: null };
    const { corrected } =
      correctTrace(
        settledTrace(discharged),
        refold(discharged, { milestones: [...discharged.milestones, out] }),
        now,
      ) ?? {};
    expect(corrected).toMatchObject({ tracing: false, stopReason: 'outgated', nextTraceAt: null });
    expect(corrected?.outbox.map(({ action }) => action)).toEqual(['TRACE_RESULT', 'TRACE_STOPPED']);
  });

  it('says nothing after the last word of a trip', () => {
    const ended = { ...settledTrace(discharged), tracing: false, stopReason: 'max_age' as const };
    const correction = correctTrace(ended, refold(discharged, { ...discharged, holds: [hold] }), now);
    expect(correction).toMatchObject({ corrected: null });
    expect(correction?.changes.length).toBeGreaterThan(0);
  });

  it('differs no more once it is corrected', () => {
    const refolded = refold(discharged, { ...discharged, holds: [hold] });
    const { corrected } = correctTrace(settledTrace(discharged), refolded, now) ?? {};
    if (!corrected) throw new Error('it differs at first');
    expect(correctTrace(corrected, refolded, now + 1)).toBeNull();
    expect(diffStates(corrected.state as TraceState, refolded.today as TraceState)).toEqual([]);
  });

  it('is nothing to tell where every answer is read alike', () => {
    const refolded = { ...refold(discharged, { ...discharged, holds: [hold] }), reread: 0 };
    expect(correctTrace(settledTrace(discharged), refolded, now)).toBeNull();
    expect(correctTrace(buildTrace(), refold(discharged, discharged), now)).toBeNull();
  });
});
