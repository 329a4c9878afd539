import { type RunningEngine, startRedis } from '@envase/engines';
import { newUuid } from '@envase/runtime';
import { waitFor } from '@envase/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildTrace } from './build.ts';
import { type Manager, openManager, variablesOf, waitingIn } from './open-manager.ts';
import { runManager } from './running.ts';

// cspell:words flushall
const stored = 2_000;
const due = 200;

let redis: RunningEngine;
let beside: Manager;
let running: Awaited<ReturnType<typeof runManager>>;
let dueIds: string[];
beforeAll(async () => {
  // Its own, because it is flushed.
  redis = await startRedis();
  beside = await openManager({ redisUrl: redis.uri });
  dueIds = await fill();
  running = await runManager(variablesOf(beside));
});
afterAll(async () => {
  await running.stop();
  await beside.close();
  await redis.stop();
});

/** Traces of which a tenth is due; the ids of those. */
async function fill(): Promise<string[]> {
  const now = Date.now();
  const rows = Array.from({ length: stored }, (_, index) =>
    buildTrace({
      _id: `h${newUuid()}`,
      via: 'apm',
      nextTraceAt: new Date(index < due ? now - due + index : now + 3_600_000),
    }),
  );
  for (let from = 0; from < stored; from += 500) await beside.insert(...rows.slice(from, from + 500));
  return rows.slice(0, due).map(({ _id }) => _id);
}

async function areAllQueued(): Promise<boolean> {
  const waiting = new Set(await waitingIn(beside, 'trace-apm'));
  return dueIds.every((id) => waiting.has(id));
}

describe('a Redis that loses everything (C14)', () => {
  it('has every due trace queued again within 15 s, each once', async () => {
    await waitFor(areAllQueued, { what: 'the due traces to be queued', timeoutMs: 30_000 });
    for (let flush = 0; flush < 2; flush += 1) {
      // Whatever is leased now is queued only in the memory that is about to be lost.
      await waitFor(async () => (await leasedCount()) === due, { what: 'the leases' });
      await beside.program.producerRedis.flushall();
      const flushedAt = performance.now();
      await waitFor(areAllQueued, { what: 'the due traces to be back', timeoutMs: 30_000 });
      expect(performance.now() - flushedAt).toBeLessThan(15_000);
    }
    expect((await waitingIn(beside, 'trace-apm')).toSorted()).toEqual(dueIds.toSorted());
  }, 90_000);
});

async function leasedCount(): Promise<number> {
  const traces = await beside.program.db.repositories.traces.getMany(dueIds);
  return traces.filter(({ queuedUntil }) => queuedUntil && queuedUntil.getTime() > Date.now()).length;
}
