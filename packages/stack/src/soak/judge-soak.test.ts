import type { ReceivedEvent } from '@envase/client';
import { describe, expect, it } from 'vitest';
import { createFollower } from '../once/follow.ts';
import { gatherFleet, type SoakBox } from './fleet.ts';
import { judgeSoakBox, measureLatencies } from './judge-soak.ts';

const from = Date.parse('2026-11-24T00:00:00Z');
const fleet = gatherFleet({ containers: 400, overMs: 60_000, from, speed: 1_440 });
const box = fleet.find(({ providerId, journey }) => providerId === 'apm' && journey === 'import') as SoakBox;

/** A TMS that was told each step so many milliseconds after it came true, but for what `change` makes of it. */
function follow(change: (event: ReceivedEvent) => ReceivedEvent[] = (event) => [event], lateMs = 40) {
  const follower = createFollower<SoakBox>(() => box.publishAt);
  follower.publish(box);
  const stop = box.steps.findIndex(({ readableAs }) => readableAs.includes('outgated'));
  const told = box.steps.slice(0, stop + 1).map(({ at, readableAs }) => ({ at, status: readableAs.at(-1) }));
  const events = [
    ...told.map(({ at, status }) => ({ action: 'TRACE_RESULT', at, payload: { status } })),
    { action: 'TRACE_STOPPED', at: told.at(-1)?.at ?? 0, payload: { reason: 'outgated' } },
  ].map(({ action, at, payload }, index) => ({
    action,
    sequence: index + 1,
    createdAt: new Date(at + lateMs).toISOString(),
    payload: { containerNumber: box.number, ...payload },
  })) as unknown as ReceivedEvent[];
  for (const event of events.flatMap(change)) follower.take(event);
  const [followed] = follower.all();
  if (!followed) throw new Error('one box');
  return followed;
}

describe('a fleet', () => {
  it('is on its way at all providers, with numbers of its own', () => {
    expect(new Set(fleet.map(({ number }) => number)).size).toBe(400);
    const byProvider = Map.groupBy(fleet, ({ providerId }) => providerId);
    expect([...byProvider.values()].map((own) => own.length)).toEqual(Array(10).fill(40));
    expect(fleet.every(({ startAt, publishAt }) => publishAt >= startAt && startAt <= from + 60_000)).toBe(
      true,
    );
  });
});

describe('a box of a soak', () => {
  it('that was told what its script says is judged right, and its latencies are those of its changes', () => {
    const followed = follow();
    expect(judgeSoakBox(followed)).toEqual([]);
    const latencies = measureLatencies(followed);
    expect(latencies.length).toBeGreaterThan(2);
    expect(new Set(latencies)).toEqual(new Set([40]));
  });

  it('that was told a status before its time is named', () => {
    expect(judgeSoakBox(follow(undefined, -1))).toContainEqual(expect.stringContaining('before its time'));
  });

  it('that missed a change, or its end, is named', () => {
    const gap = follow((event) => (event.sequence === 2 ? [] : [event]));
    expect(judgeSoakBox(gap)).toEqual([expect.stringContaining('has a gap')]);
    const endless = follow((event) => (event.action === 'TRACE_STOPPED' ? [] : [event]));
    expect(judgeSoakBox(endless)).toEqual([expect.stringContaining('did not reach outgated')]);
  });
});
