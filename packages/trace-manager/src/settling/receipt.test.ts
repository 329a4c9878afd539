import type { ObservationDoc, Receipt, TraceDoc } from '@envase/db';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  buildAnswer,
  buildFailure,
  buildOrderContext,
  buildSettleContext,
  buildTrace,
  discharged,
  item,
  startMs,
} from '../../test/build.ts';
import { applyOrder } from '../orders/apply-order.ts';
import { settle } from './settle.ts';

const context = buildSettleContext();
const minute = 60_000;
const placed: Receipt = { reference: 'order-1', waitMs: 30 * minute, rule: 'waiting-for-answer' };
const over: Receipt = { reference: null, waitMs: null, rule: 'answered' };
const again: Receipt = { reference: null, waitMs: 0, rule: 'requested-again' };

function buildReceipt(trace: TraceDoc, receipt = placed): ObservationDoc {
  return { ...buildAnswer(trace), kind: 'receipt', normalized: null, receipt };
}

const settleOne = (trace: TraceDoc, observation: ObservationDoc) => ({
  ...settle({ ...trace, outbox: [] }, [observation], context),
});

describe('an order that stands', () => {
  const ordered = settleOne(buildTrace(), buildReceipt(buildTrace()));

  it('is remembered, planned for the look at it, and told to nobody', () => {
    const placedAt = new Date(startMs + 30_000);
    const lookAt = new Date(placedAt.getTime() + 30 * minute);
    expect(ordered.awaiting).toEqual({ reference: 'order-1', since: placedAt, lookAt });
    expect(ordered).toMatchObject({ nextTraceAt: lookAt, lastTracedAt: null, state: null, outbox: [] });
    expect(ordered.why).toMatchObject({ rule: 'waiting-for-answer', inputs: { reference: 'order-1' } });
    expect(ordered.why.losers[0]).toEqual({
      rule: 'not-found-first-hour',
      reason: 'the provider answers later',
    });
  });

  it('keeps its beginning when it is looked at in vain', () => {
    const later = { ...buildReceipt(ordered), observedAt: new Date(startMs + minute) };
    const waiting = settleOne(ordered, later);
    expect(waiting.awaiting?.since).toEqual(ordered.awaiting?.since);
  });

  it('is over with its answer, which is told and planned by the cadence of the box', () => {
    const answered = settleOne(ordered, { ...buildAnswer(ordered, discharged), receipt: over });
    expect(answered.awaiting).toBeNull();
    expect(answered.outbox.map(({ action }) => action)).toEqual(['TRACE_RESULT']);
    expect(answered.why.rule).not.toMatch(/^waiting/);
  });

  it('that found nothing is placed again at once, for the next cycle', () => {
    const missing = settleOne(ordered, { ...buildAnswer(ordered, { found: false }), receipt: again });
    expect(missing).toMatchObject({ awaiting: null, why: { rule: 'requested-again' } });
    expect(missing.nextTraceAt?.getTime()).toBeLessThanOrEqual(context.now);
  });

  it('stands on while the provider cannot be asked, which backs off', () => {
    const failed = settleOne(ordered, buildFailure(ordered));
    expect(failed.awaiting).toEqual(ordered.awaiting);
    expect(failed.why.rule).toBe('failing');
    const mended = settleOne(failed, buildReceipt(failed));
    expect(mended).toMatchObject({ failures: 0, why: { rule: 'waiting-for-answer' } });
  });

  it('goes on after what a provider told by itself', () => {
    const told = settleOne(ordered, buildAnswer(ordered, discharged));
    expect(told.awaiting).toEqual(ordered.awaiting);
    expect(told.nextTraceAt).toEqual(ordered.awaiting?.lookAt);
  });

  it('ends with the trace', () => {
    const out = { code: 'outgated' as const, time: { at: '2026-03-02T09:00:00-08:00' }, location: null };
    const gone = { ...buildAnswer(ordered, { milestones: [out] }), receipt: placed };
    expect(settleOne(ordered, gone)).toMatchObject({ tracing: false, nextTraceAt: null });
  });

  it('is not that of the next trip', () => {
    const ended = { ...ordered, tracing: false, nextTraceAt: null };
    const trip = applyOrder(ended, item, buildOrderContext({ now: startMs + minute }));
    expect(trip).toMatchObject({ trip: 2, awaiting: null });
  });
});

it('waits or ends, whatever is observed in whatever order', () => {
  const kinds = fc.constantFrom('placed', 'again', 'over', 'told', 'missing', 'failure');
  const observe = (trace: TraceDoc, kind: string): ObservationDoc => {
    if (kind === 'failure') return buildFailure(trace);
    if (kind === 'told') return buildAnswer(trace, discharged);
    if (kind === 'over') return { ...buildAnswer(trace, discharged), receipt: over };
    if (kind === 'missing') return { ...buildAnswer(trace, { found: false }), receipt: again };
    return buildReceipt(trace, kind === 'again' ? again : placed);
  };
  fc.assert(
    fc.property(fc.array(kinds, { maxLength: 20 }), (steps) => {
      let trace = buildTrace();
      let outstanding: string | null = null;
      for (const kind of steps) {
        const observation = observe(trace, kind);
        trace = settleOne(trace, observation);
        if (observation.receipt) outstanding = observation.receipt.reference;
        expect(trace.awaiting?.reference ?? null).toBe(outstanding);
        expect(trace.nextTraceAt).not.toBeNull();
        if (trace.awaiting && trace.failures === 0)
          expect(trace.nextTraceAt?.getTime()).toBeGreaterThanOrEqual(startMs);
      }
    }),
  );
});
