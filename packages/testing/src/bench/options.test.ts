import { describe, expect, it } from 'vitest';
import { parseBenchOptions } from './options.ts';

const own = {
  rounds: { says: 'of both halves', value: 7 },
  full: { says: 'a million too', value: false },
} as const;

describe('options of a bench', () => {
  it('are its own values unless given', () => {
    expect(parseBenchOptions(own, [])).toEqual({ rounds: 7, full: false, mongodb: '', redis: '' });
    const given = ['--rounds', '3', '--full', '--mongodb', 'mongodb://h', '--redis', 'redis://h'];
    expect(parseBenchOptions(own, given)).toEqual({
      rounds: 3,
      full: true,
      mongodb: 'mongodb://h',
      redis: 'redis://h',
    });
  });

  it.each([
    ['no number', ['--rounds', 'many']],
    ['nothing', ['--rounds', '0']],
    ['less than nothing', ['--rounds=-1']],
    ['without end', ['--rounds', 'Infinity']],
  ])('are refused for %s', (_what, argv) => {
    expect(parseBenchOptions(own, argv)).toBe('--rounds is a number above 0');
  });

  it('are refused where there is none of that name, and asked for by --help', () => {
    expect(parseBenchOptions(own, ['--round', '3'])).toContain("'--round'");
    expect(parseBenchOptions(own, ['-h'])).toBe('');
  });
});
