import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readNumber, readTraceFilters } from './read-filters.ts';

describe('readNumber', () => {
  it.each([
    ['mscu 123456-6', 'MSCU1234566'],
    ['MSCU123456', 'MSCU1234566'],
    ['bkg-7/a', 'BKG-7/A'],
    ['bkg-12', 'BKG-12'],
    ['TRAILER 9', 'TRAILER9'],
    ['ab', 'AB'],
  ])('reads %s as %s', (text, number) => {
    expect(readNumber(text)).toBe(number);
  });

  it('reads any text as some text', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'binary' }), (text) => readNumber(text).length > 0),
    );
  });
});

describe('readTraceFilters', () => {
  it('knows a site by any provider, and by the one that is named', () => {
    const page = { limit: 50 };
    expect(readTraceFilters({ ...page, siteId: 'chicago' }, 0).siteId).toBe('CHICAGO');
    expect(readTraceFilters({ ...page, siteId: 'chicago', providerId: 'apm' }, 0).siteId).toBe('chicago');
    expect(readTraceFilters({ ...page, providerId: 'dcsa-tnt' }, 0).providerId).toBe('dcsa_tnt');
  });
});
