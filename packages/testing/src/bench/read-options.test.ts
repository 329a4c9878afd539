import { describe, expect, it } from 'vitest';
import { parseBenchOptions } from './read-options.ts';

const bench = { name: 'x', says: 'Nothing.', options: { rounds: { says: 'of both', value: 7 } } };
const servers = ['--mongodb', 'mongodb://a', '--redis', 'redis://b'];

describe('the options of a bench', () => {
  it('are numbers with a value of their own unless given, and the servers', () => {
    const found = { mongodb: 'mongodb://a', redis: 'redis://b' };
    expect(parseBenchOptions(bench, servers)).toEqual({ ...found, rounds: 7, judge: false });
    expect(parseBenchOptions(bench, [...servers, '--rounds', '3', '--judge'])).toEqual({
      ...found,
      rounds: 3,
      judge: true,
    });
  });

  it.each([['0'], ['many'], ['Infinity']])('are not %s', (value) => {
    expect(parseBenchOptions(bench, [...servers, '--rounds', value])).toBe('--rounds is a number above 0');
  });

  it('say what they do not know, and what is missing', () => {
    expect(parseBenchOptions(bench, [...servers, '--laps', '3'])).toContain("'--laps'");
    expect(parseBenchOptions(bench, [])).toContain('--mongodb');
  });

  it('are told to who asks for help', () => {
    expect(parseBenchOptions(bench, ['--help'])).toBe('');
  });
});
