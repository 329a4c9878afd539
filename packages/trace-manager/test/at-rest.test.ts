import { expect, it } from 'vitest';
import { buildAtRest } from '../bench/at-rest.ts';

const nowMs = Date.parse('2026-11-24T12:00:00Z');
const many = Array.from({ length: 500 }, (_, n) => buildAtRest(n, nowMs));

it('makes containers that are all traced, each another, and none of them due', () => {
  expect(new Set(many.map(({ _id }) => _id)).size).toBe(many.length);
  expect(many.every(({ tracing, outbox }) => tracing && outbox.length === 0)).toBe(true);
  expect(many.every(({ nextTraceAt }) => nextTraceAt !== null && nextTraceAt.getTime() > nowMs)).toBe(true);
  expect(new Set(many.map(({ state }) => state?.status))).toEqual(
    new Set([undefined, 'not_found', 'discharged', 'on_hold', 'available']),
  );
});
