import type { EventDoc, ObservationDoc, TraceDoc } from '@envase/db';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  buildAnswer,
  buildFailure,
  buildSettleContext,
  buildTrace,
  discharged,
  startMs,
} from '../../test/build.ts';
import { setAside, settle } from './settle.ts';

const context = buildSettleContext();

function actions(trace: TraceDoc): string[] {
  return trace.outbox.map((event) => event.action);
}

function payloadOf(event: EventDoc | undefined): Record<string, unknown> {
  return event?.payload as Record<string, unknown>; // results are documents
}

/** Settled once, with the outbox taken away as after its delivery. */
function settledOnce(trace = buildTrace(), observed = discharged): TraceDoc {
  return { ...settle(trace, [buildAnswer(trace, observed)], context), outbox: [] };
}

describe('settle', () => {
  it('tells the first result even when nothing is known', () => {
    const trace = buildTrace();
    const settled = settle(trace, [buildAnswer(trace, { found: false })], context);
    expect(actions(settled)).toEqual(['TRACE_RESULT']);
    expect(payloadOf(settled.outbox[0])).toMatchObject({ status: 'not_found', changes: [], events: [] });
    expect(settled.nextTraceAt?.getTime()).toBeGreaterThan(context.now);
  });

  it('tells nothing when nothing changed', () => {
    const known = settledOnce();
    const settled = settle(known, [buildAnswer(known, discharged)], context);
    expect(actions(settled)).toEqual([]);
    expect(settled.seq).toBe(known.seq);
  });

  it('tells a forced result even when nothing changed', () => {
    const known = { ...settledOnce(), forceSeq: 2 };
    const settled = settle(known, [buildAnswer(known, discharged)], context);
    expect(payloadOf(settled.outbox[0])).toMatchObject({ changes: [] });
    expect(settled.settledForceSeq).toBe(2);
  });

  it('tells what changed against the result before', () => {
    const known = settledOnce();
    const hold = { type: 'customs' as const, description: 'CUSTOMS HOLD', providerCode: null };
    const settled = settle(known, [buildAnswer(known, { ...discharged, holds: [hold] })], context);
    const { changes, status } = payloadOf(settled.outbox[0]) as {
      changes: { field: string }[];
      status: string;
    };
    expect(status).toBe('on_hold');
    expect(changes.map((change) => change.field)).toContain('events.hold.customs');
  });

  it('ends an outgated trace with its last result first', () => {
    const known = settledOnce();
    const out = { code: 'outgated' as const, time: { at: '2026-03-02T09:00:00-08:00' }, location: null };
    const settled = settle(
      known,
      [buildAnswer(known, { milestones: [...discharged.milestones, out] })],
      context,
    );
    expect(actions(settled)).toEqual(['TRACE_RESULT', 'TRACE_STOPPED']);
    expect(payloadOf(settled.outbox[0])).toMatchObject({ status: 'outgated', nextTraceAt: null });
    expect(settled).toMatchObject({ tracing: false, stopReason: 'outgated', nextTraceAt: null });
  });

  it('runs again at once when it was forced while the provider was asked', () => {
    const trace = buildTrace({ forceSeq: 3, forcedAt: new Date(startMs + 45_000) });
    const settled = settle(trace, [{ ...buildAnswer(trace), forceSeq: 2 }], context);
    expect(settled.nextTraceAt).toEqual(new Date(context.now));
    expect(settled.why.rule).toBe('forced');
  });

  it('waits for the end of the floor when the forced run is still to come', () => {
    const trace = buildTrace({ forceSeq: 3, forcedAt: new Date(context.now + 20_000) });
    const settled = settle(trace, [{ ...buildAnswer(trace), forceSeq: 2 }], context);
    expect(settled.nextTraceAt).toEqual(new Date(context.now + 20_000));
  });

  it('runs again at once when one run was forced for now and another put off', () => {
    const trace = buildTrace({ forceSeq: 3, forcedAt: new Date(context.now + 20_000) });
    const settled = settle(trace, [{ ...buildAnswer(trace), forceSeq: 1 }], context);
    expect(settled.nextTraceAt).toEqual(new Date(context.now));
  });

  it('runs as planned where that is sooner than the end of the floor', () => {
    const trace = buildTrace({ forceSeq: 3, forcedAt: new Date(context.now + 20_000) });
    const fast = { ...context, speed: 14_400 };
    const settled = settle(trace, [{ ...buildAnswer(trace), forceSeq: 2 }], fast);
    expect(settled.nextTraceAt?.getTime()).toBeLessThan(context.now + 20_000);
    expect(settled.why.rule).not.toBe('forced');
    expect(settled.settledForceSeq).toBe(2);
  });

  it('marks what is known as stale when an attempt failed, and tells the organization once', () => {
    const known = settledOnce();
    const tell = { count: 2, ids: ['MSCU1234566', 'MSCU0000060'] };
    const settled = settle(known, [buildFailure(known, { tell }), buildFailure(known)], context);
    expect(settled.state?.stale).toBe(true);
    expect(settled.failures).toBe(2);
    expect(settled.outbox).toMatchObject([{ action: 'TRACE_ERROR', sequence: null, traceId: null }]);
    expect(payloadOf(settled.outbox[0])).toMatchObject({ code: 'provider_unavailable', affected: tell });
    expect(settled.seq).toBe(known.seq);
  });

  it('keeps a forced run owed when its attempt failed', () => {
    const forced = { ...settledOnce(), forceSeq: 2 };
    const failed = settle(forced, [buildFailure(forced)], context);
    const settled = settle({ ...failed, outbox: [] }, [buildAnswer(failed, discharged)], context);
    expect(actions(settled)).toEqual(['TRACE_RESULT']);
  });

  it('tells nobody what came in after the stop', () => {
    const stopped = { ...settledOnce(), tracing: false, nextTraceAt: null };
    const late = buildAnswer(stopped, { available: true });
    const settled = settle(stopped, [late], context);
    expect(actions(settled)).toEqual([]);
    expect(settled.nextTraceAt).toBeNull();
    expect(settled.settled?.observationId).toBe(late._id);
  });

  it('tells one result per observation that changed something, in order', () => {
    const known = settledOnce();
    const hold = { type: 'line' as const, description: null, providerCode: null };
    const answers = [
      buildAnswer(known, { ...discharged, holds: [hold] }, startMs + 31_000),
      buildAnswer(known, { ...discharged, holds: [hold] }, startMs + 32_000),
      buildAnswer(known, { ...discharged, holds: [] }, startMs + 33_000),
    ];
    const settled = settle(known, answers, context);
    expect(settled.outbox.map((event) => payloadOf(event).status)).toEqual(['on_hold', 'discharged']);
    expect(settled.settled).toEqual({ observationId: answers[2]?._id, times: 1 });
  });

  it('gives the lease of the pump back, and asks again what the source asked to wait for', () => {
    const trace = buildTrace({ queuedUntil: new Date(startMs + 90_000) });
    const retryAt = new Date(context.now + 7_200_000);
    const settled = settle(trace, [buildFailure(trace, { retryAt })], context);
    expect(settled.queuedUntil).toBeNull();
    expect(settled.nextTraceAt?.getTime()).toBeGreaterThanOrEqual(retryAt.getTime());
  });

  it('says why the run that is settled ran when it did', () => {
    const trace = buildTrace();
    expect(settle(trace, [buildAnswer(trace)], context).lastWhy).toEqual(trace.why);
  });

  it('names a booking in its results, and tells them under the documented name', () => {
    const trace = buildTrace({ type: 'BOOKING', service: 'booking', number: 'BK1' });
    const bookings = buildSettleContext({ facts: { ...context.facts, service: 'booking' } });
    const settled = settle(trace, [buildAnswer(trace, { booking: { vessel: 'EVER' } })], bookings);
    expect(actions(settled)).toEqual(['TRACE_RESULTS']);
    expect(payloadOf(settled.outbox[0])).toMatchObject({ bookingNumber: 'BK1', vessel: 'EVER' });
  });

  it.each([
    ['export', 'TRACE_EXPORT_RESULT'],
    ['empty', 'TRACE_EMPTY_RESULT'],
  ] as const)('tells the results of service %s as %s', (service, action) => {
    const trace = buildTrace({ service });
    const facts = { ...context.facts, service };
    expect(actions(settle(trace, [buildAnswer(trace)], buildSettleContext({ facts })))).toEqual([action]);
  });

  it('fails on an observation that cannot be folded, rather than guess', () => {
    const trace = buildTrace();
    expect(() => settle(trace, [spoiled(trace)], context)).toThrow();
  });

  it('numbers results without a gap whatever is observed', () => {
    const kinds = fc.array(fc.constantFrom('none', 'discharged', 'hold', 'clear', 'failure'), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(kinds, (steps) => {
        const sequences = sequencesOf(steps);
        expect(sequences).toEqual(sequences.map((_, index) => index + 1));
      }),
    );
  });
});

describe('setAside', () => {
  it('plans with back-off, marks what is known as stale, and tells nobody', () => {
    const known = settledOnce();
    const set = setAside(known, [spoiled(known)], context);
    expect(set).toMatchObject({ failures: 1, rev: known.rev + 1, outbox: [], tracing: true });
    expect(set.state?.stale).toBe(true);
    expect(set.why.rule).toBe('failing');
    expect(set.settled?.observationId).toContain(known._id);
  });

  it('keeps a forced run owed', () => {
    const known = { ...settledOnce(), forceSeq: 3, forcedAt: new Date(startMs) };
    const set = setAside(known, [{ ...spoiled(known), forceSeq: 2 }], context);
    expect(set).toMatchObject({ nextTraceAt: new Date(context.now), settledForceSeq: known.settledForceSeq });
  });

  it('leaves a stopped trace stopped', () => {
    const stopped = { ...settledOnce(), tracing: false, nextTraceAt: null };
    expect(setAside(stopped, [spoiled(stopped)], context)).toMatchObject({
      tracing: false,
      nextTraceAt: null,
    });
  });
});

/** An answer whose normalized form is broken, as a faulty mapper could store it. */
function spoiled(trace: TraceDoc): ObservationDoc {
  const answer = buildAnswer(trace);
  const broken: unknown = { found: true, milestones: null };
  // The point is a value that the type forbids.
  return { ...answer, normalized: broken as ObservationDoc['normalized'] };
}

/** Every sequence number told while a trace lives through these steps. */
function sequencesOf(steps: readonly string[]): number[] {
  let trace = buildTrace();
  return steps.flatMap((step) => {
    const observation = step === 'failure' ? buildFailure(trace) : buildAnswer(trace, factsOf(step));
    const settled = settle(trace, [observation], context);
    trace = { ...settled, outbox: [] };
    return settled.outbox.flatMap((event) => event.sequence ?? []);
  });
}

function factsOf(step: string) {
  const holds = step === 'hold' ? [{ type: 'line' as const, description: null, providerCode: null }] : [];
  if (step === 'none') return { found: false };
  return step === 'discharged' ? discharged : { ...discharged, holds };
}
