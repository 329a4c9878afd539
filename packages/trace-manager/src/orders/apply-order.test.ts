import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildOrderContext, buildTrace, item, startMs } from '../../test/build.ts';
import { applyOrder, nextForcedRun } from './apply-order.ts';

const order = buildOrderContext().order;
const stopOrder = { ...order, verb: 'stop' as const };
const resumeOrder = { ...order, verb: 'resume' as const };

describe('applyOrder', () => {
  it('makes a trace that is due at once', () => {
    const context = buildOrderContext();
    const trace = applyOrder(null, item, context);
    expect(trace).toMatchObject({
      _id: item.traceId,
      number: item.number,
      trip: 1,
      tracing: true,
      nextTraceAt: new Date(startMs),
      applied: [context.event.id],
      why: { rule: 'published' },
    });
  });

  it('changes nothing when the same event is applied again', () => {
    const context = buildOrderContext();
    const trace = applyOrder(null, item, context);
    expect(applyOrder(trace, item, context)).toBeNull();
  });

  it('forces a Real-Time trace at once, with the first republish', () => {
    const trace = buildTrace({ nextTraceAt: new Date(startMs + 3_600_000) });
    const forced = applyOrder(trace, item, buildOrderContext({ now: startMs + 5_000 }));
    expect(forced).toMatchObject({ forceSeq: 2, nextTraceAt: new Date(startMs + 5_000), rev: 2 });
  });

  it('leaves traces of other workflows as they are', () => {
    const context = buildOrderContext({ workflow: 'publish_notify' });
    expect(applyOrder(buildTrace(), item, context)).toBeNull();
  });

  it('stops once and says so in a numbered event', () => {
    const stopped = applyOrder(buildTrace({ seq: 4 }), item, buildOrderContext({ order: stopOrder }));
    expect(stopped).toMatchObject({
      tracing: false,
      stopReason: 'stopped_by_client',
      nextTraceAt: null,
      seq: 5,
    });
    expect(stopped?.outbox).toMatchObject([{ action: 'TRACE_STOPPED', sequence: 5, todo: ['hooks'] }]);
    expect(applyOrder(stopped, item, buildOrderContext({ order: stopOrder }))).toBeNull();
  });

  it('resumes the same trip and starts a new one with a publish', () => {
    const stopped = applyOrder(buildTrace(), item, buildOrderContext({ order: stopOrder }));
    const resumed = applyOrder(stopped, item, buildOrderContext({ order: resumeOrder }));
    expect(resumed).toMatchObject({ trip: 1, tracing: true, stopReason: null });
    const again = applyOrder(stopped, item, buildOrderContext());
    expect(again).toMatchObject({ trip: 2, tracing: true, state: null, seq: 1 });
  });

  it('ignores a stop that is older than the newest command', () => {
    const early = buildOrderContext({ order: stopOrder, now: startMs - 60_000 });
    expect(applyOrder(buildTrace(), item, early)).toBeNull();
  });

  it('keeps the last eight events it applied', () => {
    let trace = buildTrace();
    for (let n = 0; n < 12; n += 1) {
      trace = applyOrder(trace, item, buildOrderContext({ now: startMs + n * 60_000 })) ?? trace;
    }
    expect(trace.applied).toHaveLength(8);
  });
});

describe('nextForcedRun', () => {
  it('keeps forced runs at least the floor apart and serves every request within it', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 60_000 }), (waits, minForceMs) => {
        let now = startMs;
        let forcedAt: number | null = null;
        const runs: number[] = [];
        for (const wait of waits) {
          now += wait;
          forcedAt = nextForcedRun(forcedAt, { now, minForceMs });
          expect(forcedAt - now).toBeGreaterThanOrEqual(0);
          expect(forcedAt - now).toBeLessThanOrEqual(minForceMs);
          if (runs.at(-1) !== forcedAt) runs.push(forcedAt);
        }
        for (const [index, run] of runs.entries()) {
          if (index > 0) expect(run - (runs[index - 1] ?? 0)).toBeGreaterThanOrEqual(minForceMs);
        }
      }),
    );
  });
});
