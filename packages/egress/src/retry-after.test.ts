import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRetryAfter } from './retry-after.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');

describe('parseRetryAfter', () => {
  it.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['86400', 86_400_000],
    ['86401', 86_400_000],
    ['9'.repeat(400), 86_400_000],
    ['Tue, 24 Nov 2026 12:01:00 GMT', 60_000],
    ['Tue, 24 Nov 2026 11:59:00 GMT', 0],
    ['Wed, 24 Nov 2027 12:00:00 GMT', 86_400_000],
  ])('reads %j', (text, ms) => {
    expect(parseRetryAfter(text, NOW)).toBe(ms);
  });

  it.each([
    '',
    ' ',
    '-1',
    '1.5',
    '1e3',
    '0x10',
    'soon',
    '1 hour',
    '2026-11-24T12:01:00Z',
    'Tue, 99 Nov 2026 12:01:00 GMT',
    undefined,
  ])('takes %j for no wish', (text) => {
    expect(parseRetryAfter(text, NOW)).toBeNull();
  });

  it('takes the first of several', () => {
    expect(parseRetryAfter(['5', '10'], NOW)).toBe(5_000);
  });

  it('is null or between 0 and 24 h for any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.nat().map(String),
          fc.date().map((date) => date.toUTCString()),
        ),
        (text) => {
          const ms = parseRetryAfter(text, NOW);
          return ms === null || (ms >= 0 && ms <= 86_400_000);
        },
      ),
    );
  });
});
