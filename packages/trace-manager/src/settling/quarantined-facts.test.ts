import type { TraceDoc } from '@envase/db';
import { explain, nobodyPaused, type Observed } from '@envase/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildAnswer, buildTrace } from '../../test/build.ts';
import { type Manager, openManager } from '../../test/open-manager.ts';
import { wire } from '../../test/parts.ts';
import { newBox } from '../../test/publishes.ts';
import { isNewlyQuarantined, noteQuarantined } from './quarantined-facts.ts';

let manager: Manager;
const reported: TraceDoc[] = [];
let parts: ReturnType<typeof wire>;
beforeAll(async () => {
  manager = await openManager({ redisUrl: process.env.REDIS_URL ?? '' });
  parts = wire(manager, { reportQuarantined: (trace) => void reported.push(trace) });
});
afterAll(() => manager.close());

const at = new Date(Date.now() - 3_600_000).toISOString();
const said = (code: 'outgated' | 'arrived' | 'returned'): Partial<Observed> => ({
  milestones: [{ code, time: { at }, location: null }],
});

async function observe(id: string, observed: Partial<Observed>): Promise<TraceDoc> {
  const answer = buildAnswer(await manager.trace(id), observed, Date.now());
  await manager.program.db.repositories.observations.record([answer]);
  await parts.settle({ traceId: id });
  return manager.trace(id);
}

describe('an answer that cannot be true', () => {
  it('changes nothing that is told, is kept and reported once, and stands in the explanation', async () => {
    const { traceId, number } = newBox();
    const now = new Date();
    const traceUntil = 'empty_returned' as const;
    await manager.insert(
      buildTrace({ _id: traceId, number, nextTraceAt: now, tripStartedAt: now, traceUntil }),
    );
    const left = await observe(traceId, said('outgated'));
    expect(left).toMatchObject({ seq: 1, tracing: true, state: { status: 'outgated' } });
    expect(left.quarantined).toBeUndefined();

    const odd = await observe(traceId, said('arrived'));
    expect(odd).toMatchObject({
      seq: 1,
      tracing: true,
      state: left.state,
      quarantined: { facts: ['outgated -> vessel_arrived'] },
      why: { inputs: { quarantined: 'outgated -> vessel_arrived' } },
    });
    expect(odd.nextTraceAt?.getTime()).toBeGreaterThan(Date.now());
    const context = {
      now,
      lastAt: now,
      breaker: null,
      paused: nobodyPaused,
      workflow: 'real_time',
      minForceMs: 0,
    } as const;
    expect(explain(odd, context).next?.inputs).toMatchObject({ quarantined: 'outgated -> vessel_arrived' });
    const again = await observe(traceId, said('arrived'));
    expect(again.quarantined).toEqual(odd.quarantined);
    expect(reported.map(({ _id }) => _id)).toEqual([traceId]);

    const back = await observe(traceId, said('returned'));
    expect(back).toMatchObject({ quarantined: null, state: { status: 'empty_returned' } });
    expect((await manager.results(traceId)).map(({ action }) => action)).toEqual([
      'TRACE_RESULT',
      'TRACE_RESULT',
      'TRACE_STOPPED',
    ]);
  });
});

describe('what is noted', () => {
  it('is bounded, and new once per answer', () => {
    const facts = Array.from({ length: 9 }, () => 'x'.repeat(999));
    const before = buildTrace();
    const after = noteQuarantined(before, { observationId: 'o1', facts });
    expect(JSON.stringify(after.quarantined).length).toBeLessThan(700);
    expect(isNewlyQuarantined(before, after)).toBe(true);
    expect(isNewlyQuarantined(after, after)).toBe(false);
    expect(noteQuarantined(before, { observationId: 'o2', facts: [] })).toBe(before);
  });
});
