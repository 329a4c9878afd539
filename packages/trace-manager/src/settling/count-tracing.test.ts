import type { TraceDoc } from '@envase/db';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildAnswer, buildFailure, buildSettleContext, buildTrace, discharged } from '../../test/build.ts';
import { type Manager, openManager } from '../../test/open-manager.ts';
import { newBox } from '../../test/publishes.ts';
import { createSettleTrace } from './settle-trace.processor.ts';

let manager: Manager;
const counted: string[] = [];
beforeAll(async () => {
  manager = await openManager({ redisUrl: process.env.REDIS_URL ?? '' });
});
afterAll(() => manager.close());

const noon = Date.parse('2026-03-02T12:00:00Z');
const hours = (count: number) => noon + count * 3_600_000;

async function settleAt(now: number, trace: TraceDoc, observed: ReturnType<typeof buildAnswer>) {
  const { traces, observations } = manager.program.db.repositories;
  const at = new Date(now);
  await observations.record([{ ...observed, observedAt: at, lastAt: at }]);
  const settle = createSettleTrace({
    traces,
    observations,
    deliverOutbox: async () => undefined,
    runNow: async () => undefined,
    contextOf: async () => buildSettleContext({ now }),
    countTracing: ({ _id }) => void counted.push(_id),
  });
  await settle({ traceId: trace._id });
}

describe('a trace that is answered', () => {
  it('counts once a day, and not while its provider fails', async () => {
    const { traceId, number } = newBox();
    const trace = buildTrace({ _id: traceId, number });
    await manager.insert(trace);
    const answer = (now: number) => settleAt(now, trace, buildAnswer(trace, discharged, now));
    await settleAt(hours(-1), trace, { ...buildFailure(trace), _id: buildAnswer(trace, {}, hours(-1))._id });
    expect(counted).toEqual([]);
    await answer(hours(0));
    await answer(hours(1));
    await answer(hours(11));
    expect(counted).toEqual([traceId]);
    await answer(hours(12));
    expect(counted).toEqual([traceId, traceId]);
  });
});
