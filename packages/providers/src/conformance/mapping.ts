import { milestoneCodes, type Observed } from '@envase/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MappedProvider, MappingCases, Sample } from './cases.ts';
import { leavesOf, replaceLeaf } from './leaves.ts';
import { contextOf, freeze } from './stage.ts';
import { offsetMinutes, timesAroundChanges, wallClock } from './zones.ts';

const isoWithOffset = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?(Z|[+-]\d{2}:\d{2})$/;

/** The mapper alone: pure, right about zones, unmoved by junk. */
export function testMapping(provider: MappedProvider, cases: MappingCases): void {
  const context = contextOf(provider, cases, { number: cases.boxes[0] });

  it.each(cases.samples)('maps the same slice of $number to the same, and changes nothing', (sample) => {
    const about = freeze(contextOf(provider, cases, { number: sample.number }));
    const slice = freeze(structuredClone(sample.slice));
    expect(provider.map(slice, about)).toEqual(provider.map(structuredClone(sample.slice), about));
    expect(slice).toEqual(sample.slice);
  });

  it.each(cases.unknownCodes)('keeps $name as an unknown code', ({ slice, code }) => {
    expect(provider.map(slice, context).unknownCodes).toContain(code);
  });

  it('has a body of knowledge of a slice that is none', () => {
    for (const slice of [null, undefined, 7, 'text', [], {}, [[]], { events: 3 }]) {
      expect(provider.map(slice, context)).toMatchObject({ found: false, milestones: [] });
    }
  });

  it('never throws for any JSON in place of a slice', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (slice) => expectSound(provider.map(slice, context))),
      { numRuns: 300 },
    );
  });

  testZones(provider, cases);
  describe.each(cases.samples)('junk in the slice of $number', (sample) => testJunk(provider, cases, sample));
}

function testZones(provider: MappedProvider, cases: MappingCases): void {
  const { slice, code } = cases.localTime;
  const read = (local: string, siteId: string) =>
    provider
      .map(slice(local, siteId), contextOf(provider, cases, { number: cases.boxes[0], siteId }))
      .milestones.find((milestone) => milestone.code === code)?.time;

  describe.each(provider.manifest.sites)('zone-less times at $id', ({ id, timeZone }) => {
    it('are local on the days the clocks change, and never UTC', () => {
      const times = timesAroundChanges(timeZone, 2026);
      for (const local of times.length > 0 ? times : ['2026-07-01T12:00:00']) {
        const time = read(local, id);
        expect(time).toEqual({ at: expect.stringMatching(/[+-]\d{2}:\d{2}$/) });
        const at = time?.at ?? '';
        const atMs = Date.parse(at);
        expect(wallClock(timeZone, atMs)).toBe(at.slice(0, 19));
        // A clock that skips an hour never shows it: then the same moment is later by the gap.
        if (at.slice(0, 19) !== local)
          expect(offsetMinutes(timeZone, atMs - 7_200_000)).not.toBe(offsetMinutes(timeZone, atMs));
      }
    });
  });

  it('marks the zone of a place nobody knows as assumed', () => {
    expect(read('2026-07-01T12:00:00', '')).toMatchObject({ zoneAssumed: true });
  });
}

function testJunk(provider: MappedProvider, cases: MappingCases, sample: Sample): void {
  const { mayAppear = [] } = cases;
  const context = contextOf(provider, cases, { number: sample.number });
  const good = provider.map(sample.slice, context);
  const codesOf = ({ milestones }: Observed) => milestones.map((one) => one.code);
  const allowed = new Set([...codesOf(good), ...mayAppear]);
  // Words of letters no vendor's code is spelled with, and values of every other kind.
  const junk = fc.oneof(
    fc.stringMatching(/^[xqzk]{1,12}$/),
    fc.constantFrom<unknown>(null, 0, -1, true, false, [], {}, [[1]], { a: { b: [] } }),
    fc.jsonValue(),
  );

  it('never throws and never tells what was not said, whatever stands in a member', () => {
    const leaves = leavesOf(sample.slice);
    fc.assert(
      fc.property(fc.constantFrom(...leaves), junk, (path, value) => {
        const observed = provider.map(replaceLeaf(sample.slice, path, value), context);
        expectSound(observed);
        for (const code of codesOf(observed)) expect(allowed).toContain(code);
      }),
      { numRuns: 500 },
    );
  });

  it('tells nothing at all from words that are none of the vendor’s', () => {
    const word = fc.stringMatching(/^[xqzk]{1,12}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 5, maxLength: 30 }), (words) => {
        let next = 0;
        const slice = leavesOf(sample.slice).reduce<unknown>(
          (known, path) => replaceLeaf(known, path, words[next++ % words.length]),
          sample.slice,
        );
        const observed = provider.map(slice, context);
        expectSound(observed);
        expect(observed.milestones).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
}

function expectSound(observed: Observed): void {
  for (const { code, time } of observed.milestones) {
    expect(milestoneCodes).toContain(code);
    if (time) {
      expect(time.at).toMatch(isoWithOffset);
      expect(Number.isNaN(Date.parse(time.at))).toBe(false);
    }
  }
  for (const { date } of observed.lastFreeDays) expect(date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  for (const { amount } of observed.fees ?? []) expect(amount).toMatch(/^\d+\.\d{2,4}$/);
  expect(observed.unknownCodes.length).toBeLessThanOrEqual(20);
  expect(JSON.parse(JSON.stringify(observed))).toEqual(observed);
}
