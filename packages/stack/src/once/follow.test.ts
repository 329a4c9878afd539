import type { ReceivedEvent } from '@envase/client';
import { describe, expect, it } from 'vitest';
import { createFollower, isGapless, lastStatusOf } from './follow.ts';
import { percentile } from './percentile.ts';
import { type ScriptedBox, scriptBoxes } from './scenario.ts';

const [box] = scriptBoxes(0);
if (!box) throw new Error('thirty boxes');

function follow(one: ScriptedBox, ...events: [action: string, payload: object, sequence?: number][]) {
  const follower = createFollower(() => 1_000);
  follower.publish(one);
  for (const [action, payload, sequence = null] of events) {
    const event = { action, sequence, payload: { containerNumber: one.number, ...payload } };
    follower.take(event as unknown as ReceivedEvent);
  }
  const [followed] = follower.all();
  if (!followed) throw new Error('one box');
  return { follower, followed };
}

describe('the scenario', () => {
  it('has thirty boxes of thirty numbers, ten per provider, each with an end', () => {
    const boxes = scriptBoxes(4_711);
    expect(new Set(boxes.map(({ number }) => number)).size).toBe(30);
    const byProvider = Map.groupBy(boxes, ({ providerId }) => providerId);
    expect([...byProvider.values()].map((fleet) => fleet.length)).toEqual([10, 10, 10]);
    expect(new Set(boxes.map(({ end }) => end))).toEqual(
      new Set(['outgated', 'empty_returned', 'not_found']),
    );
  });
});

describe('a box that is followed', () => {
  it('is at its end when its trace is stopped for the reason its journey ends with, or a later one', () => {
    for (const reason of ['outgated', 'empty_returned']) {
      const { follower } = follow(
        box,
        ['TRACE_RESULT', { status: reason }, 1],
        ['TRACE_STOPPED', { reason }, 2],
      );
      expect(follower.isOver()).toBe(true);
    }
    const given = follow(box, ['TRACE_STOPPED', { reason: 'max_age' }, 1]);
    expect(given.follower.isOver()).toBe(false);
  });

  it('is at its end with the first answer where its journey is never to be found', () => {
    const lost = { ...box, end: 'not_found' };
    const { follower, followed } = follow(lost, ['TRACE_RESULT', { status: 'not_found' }, 1]);
    expect(follower.isOver()).toBe(true);
    expect(lastStatusOf(followed)).toBe('not_found');
  });

  it('has a gap where a number is missing, comes twice or comes early', () => {
    const of = (...sequences: number[]) =>
      isGapless(
        follow(box, ...sequences.map((n) => ['TRACE_RESULT', {}, n] as [string, object, number])).followed,
      );
    expect(of(1, 2, 3)).toBe(true);
    expect(of(2, 1)).toBe(false);
    expect(of(1, 3)).toBe(false);
    expect(of(1, 1)).toBe(false);
    expect(of()).toBe(false);
  });
});

it('takes percentiles by nearest rank', () => {
  const values = Array.from({ length: 100 }, (_, n) => n + 1);
  expect([
    percentile(values, 0.5),
    percentile(values, 0.99),
    percentile([7], 0.99),
    percentile([], 0.5),
  ]).toEqual([50, 99, 7, null]);
});
