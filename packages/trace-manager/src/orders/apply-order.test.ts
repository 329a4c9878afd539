import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildOrderContext, buildTrace, item, startMs } from '../../test/build.ts';
import { applyOrder, nextForcedRun, supersede } from './apply-order.ts';

const order = buildOrderContext().order;
const planned = { rule: 'planned', inputs: {}, losers: [] };
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

  it('lets a test trace play what its newest publish names', () => {
    const context = (scenario: string, now: number) =>
      buildOrderContext({ order: { ...order, scenario }, now, via: 'scenario' });
    const first = context('held', startMs);
    const trace = applyOrder(null, item, first);
    const replayed = applyOrder(trace, item, context('import', startMs + 60_000));
    expect([trace?.scenario, replayed?.scenario]).toEqual(['held', 'import']);
    // Its job was overtaken.
    const late = applyOrder(replayed, item, context('fail', startMs + 30_000));
    expect(late).toMatchObject({ scenario: 'import', rev: 3 });
    const ended = { ...buildTrace(), tracing: false, stopReason: 'outgated' as const };
    expect(applyOrder(ended, item, context('held', startMs + 60_000))).toMatchObject({
      trip: 2,
      scenario: 'held',
    });
  });

  it('keeps the bill of lading that a publish names for its trip, until a newer one names another', () => {
    const naming = (billOfLading: string | null, now: number) =>
      buildOrderContext({ order: { ...order, billOfLading }, now });
    const trace = applyOrder(null, item, naming('BILL1', startMs));
    const silent = applyOrder(trace, item, naming(null, startMs + 60_000));
    const corrected = applyOrder(silent, item, naming('BILL2', startMs + 120_000));
    expect([trace, silent, corrected].map((one) => one?.billOfLading)).toEqual(['BILL1', 'BILL1', 'BILL2']);
    const late = applyOrder(corrected, item, naming('BILL3', startMs + 90_000));
    expect(late).toMatchObject({ billOfLading: 'BILL2' });
    const ended = corrected && { ...corrected, tracing: false, stopReason: 'outgated' as const };
    expect(applyOrder(ended, item, naming(null, startMs + 180_000))).toMatchObject({
      trip: 2,
      billOfLading: null,
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

  it.each(['publish_retrieve', 'request_delayed', 'publish_notify'] as const)(
    'forces no trace of workflow %s',
    (workflow) => {
      const trace = buildTrace({ nextTraceAt: new Date(startMs + 3_600_000) });
      const context = buildOrderContext({ workflow, now: startMs + 5_000 });
      const { nextTraceAt, forceSeq, why, outbox } = trace;
      expect(applyOrder(trace, item, context)).toMatchObject({ nextTraceAt, forceSeq, why, outbox, rev: 2 });
    },
  );

  it('lets requests inside the floor share one run at its end', () => {
    const at = (ms: number) => buildOrderContext({ now: startMs + ms });
    const later = new Date(startMs + 3_600_000);
    const first = applyOrder(buildTrace({ nextTraceAt: later }), item, at(0));
    expect(first).toMatchObject({ nextTraceAt: new Date(startMs), forceSeq: 2, priority: 0 });
    const ran = first && { ...first, nextTraceAt: later };
    const second = applyOrder(ran, item, at(10_000));
    expect(second).toMatchObject({ nextTraceAt: new Date(startMs + 30_000), forceSeq: 3 });
    const third = applyOrder(second, item, at(20_000));
    expect(third).toMatchObject({ nextTraceAt: new Date(startMs + 30_000), forceSeq: 3, rev: 4 });
    const fourth = applyOrder(third, item, at(60_000));
    expect(fourth).toMatchObject({ forcedAt: new Date(startMs + 60_000), forceSeq: 4 });
  });

  it('keeps an earlier plan, and why it was made', () => {
    const soon = new Date(startMs + 12_000);
    const trace = buildTrace({ nextTraceAt: soon, forcedAt: new Date(startMs), why: planned });
    const forced = applyOrder(trace, item, buildOrderContext({ now: startMs + 10_000 }));
    expect(forced).toMatchObject({ nextTraceAt: soon, why: planned, forceSeq: 2 });
  });

  it('never touches the lease of the pump', () => {
    const queuedUntil = new Date(startMs + 30_000);
    expect(applyOrder(buildTrace({ queuedUntil }), item, buildOrderContext())).toMatchObject({ queuedUntil });
  });

  it('makes no trace for a stop or a resume', () => {
    for (const order of [stopOrder, resumeOrder]) {
      expect(applyOrder(null, item, buildOrderContext({ order }))).toBeNull();
    }
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
    const again = applyOrder(stopped, item, buildOrderContext({ order: stopOrder }));
    expect(again).toMatchObject({ tracing: false, seq: 5, outbox: stopped?.outbox });
  });

  it('resumes the same trip and starts a new one with a publish', () => {
    const stopped = applyOrder(buildTrace(), item, buildOrderContext({ order: stopOrder }));
    const resumed = applyOrder(stopped, item, buildOrderContext({ order: resumeOrder }));
    expect(resumed).toMatchObject({ trip: 1, tracing: true, stopReason: null });
    const again = applyOrder(stopped, item, buildOrderContext());
    expect(again).toMatchObject({ trip: 2, tracing: true, state: null, seq: 1 });
    expect(again?.earlierTrips).toEqual([stopped?.tripStartedAt]);
  });

  it('ignores a stop that is older than the newest command', () => {
    const early = buildOrderContext({ order: stopOrder, now: startMs - 60_000 });
    expect(applyOrder(buildTrace(), item, early)).toBeNull();
  });

  it('ends as the newest command says, in whatever order they are applied, some of them twice', () => {
    const verbs = fc.array(fc.constantFrom('trace', 'stop', 'resume'), { minLength: 1, maxLength: 7 });
    const anyCommands = verbs.chain((sent) => {
      // Made first: ids rise in the order of making.
      const published = buildTrace();
      const commands = sent.map((verb, n) =>
        buildOrderContext({ order: { ...order, verb }, now: startMs + (n + 1) * 1_000 }),
      );
      return fc.tuple(
        fc.constant({ published, commands }),
        fc.shuffledSubarray([...commands, ...commands], { minLength: 2 * commands.length }),
      );
    });
    fc.assert(
      fc.property(anyCommands, ([{ published, commands }, arrivals]) => {
        let trace = published;
        for (const context of arrivals) trace = applyOrder(trace, item, context) ?? trace;
        expect(trace.tracing).toBe(commands.at(-1)?.order.verb !== 'stop');
        expect(trace.nextTraceAt === null).toBe(!trace.tracing);
        expect(trace.outbox.map((event) => event.sequence)).toEqual(trace.outbox.map((_, n) => n + 1));
      }),
    );
  });

  it('applies every publish of a traced box once, and counts the runs that were forced', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100_000), { maxLength: 20 }), (waits) => {
        let [trace, now] = [buildTrace(), startMs];
        const runs = new Set<number | undefined>();
        for (const wait of waits) {
          now += wait;
          const context = buildOrderContext({ now });
          const { rev } = trace;
          trace = applyOrder(trace, item, context) ?? trace;
          expect(trace.rev).toBe(rev + 1);
          expect(applyOrder(trace, item, context)).toBeNull();
          runs.add(trace.forcedAt?.getTime());
        }
        expect(trace.forceSeq).toBe(1 + runs.size);
      }),
    );
  });

  it('keeps the last eight events it applied', () => {
    let trace = buildTrace();
    for (let n = 0; n < 12; n += 1) {
      trace = applyOrder(trace, item, buildOrderContext({ now: startMs + n * 60_000 })) ?? trace;
    }
    expect(trace.applied).toHaveLength(8);
  });
});

describe('supersede', () => {
  it('stops a trace that is running, once', () => {
    const context = buildOrderContext();
    const stopped = supersede(buildTrace(), context);
    expect(stopped).toMatchObject({ tracing: false, stopReason: 'stopped_by_client', seq: 1 });
    expect(stopped && supersede(stopped, context)).toBeNull();
    expect(stopped && supersede(stopped, buildOrderContext())).toBeNull();
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
