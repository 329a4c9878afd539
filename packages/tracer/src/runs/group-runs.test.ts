import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildTrace } from '../../test/build.ts';
import { groupRuns } from './group-runs.ts';

const anyTrace = fc
  .record({
    number: fc.constantFrom('MSCU1234566', 'CSQU3054383', 'MSCU0000060', 'MSCU0000100', 'TSTU0000013'),
    siteId: fc.constantFrom('USLAX', 'USNWK'),
    orgId: fc.constantFrom('org-1', 'org-2', 'org-3'),
  })
  .map(buildTrace);
const traces = fc.uniqueArray(anyTrace, { selector: (trace) => trace._id, maxLength: 40 });

describe('groupRuns', () => {
  it('puts every trace into exactly one group of its own site, never above the batch size', () => {
    fc.assert(
      fc.property(traces, fc.integer({ min: 1, max: 5 }), (due, batchSize) => {
        const groups = groupRuns(due, batchSize);
        const placed = groups.flatMap((group) => group.traces.map((trace) => trace._id));
        expect(placed.toSorted()).toEqual(due.map((trace) => trace._id).toSorted());
        for (const group of groups) {
          expect(group.numbers.length).toBeLessThanOrEqual(batchSize);
          expect(group.traces.every((trace) => trace.siteId === group.siteId)).toBe(true);
          expect(new Set(group.traces.map((trace) => trace.number))).toEqual(new Set(group.numbers));
        }
      }),
    );
  });

  it('lets only those share an answer who know the same bill of lading, one per box and request', () => {
    const anyBill = fc.constantFrom(null, 'BILL1', 'BILL2');
    const anyBilled = fc
      .tuple(anyTrace, anyBill)
      .map(([trace, billOfLading]) => ({ ...trace, billOfLading }));
    const billed = fc.uniqueArray(anyBilled, { selector: ({ _id }) => _id, maxLength: 40 });
    fc.assert(
      fc.property(billed, fc.integer({ min: 1, max: 5 }), (due, batchSize) => {
        for (const { numbers, billsOfLading, traces } of groupRuns(due, batchSize)) {
          expect(new Set(numbers).size).toBe(numbers.length);
          for (const { number, billOfLading } of traces)
            expect(billsOfLading.get(number) ?? null).toBe(billOfLading);
        }
      }),
    );
  });

  it('asks for a box once however many organizations trace it, and makes no needless group', () => {
    fc.assert(
      fc.property(traces, fc.integer({ min: 1, max: 5 }), (due, batchSize) => {
        for (const siteId of ['USLAX', 'USNWK']) {
          const boxes = new Set(due.filter((trace) => trace.siteId === siteId).map((trace) => trace.number));
          const groups = groupRuns(due, batchSize).filter((group) => group.siteId === siteId);
          expect(groups.flatMap((group) => group.numbers).toSorted()).toEqual([...boxes].toSorted());
          expect(groups).toHaveLength(Math.ceil(boxes.size / batchSize));
        }
      }),
    );
  });

  it('has test traces of one box together only where they play the same since the same moment', () => {
    const build = (orgId: string, scenario: string, startedMs: number) =>
      buildTrace({
        number: 'MSCU1234566',
        orgId,
        isTest: true,
        scenario,
        tripStartedAt: new Date(startedMs),
      });
    const due = [
      build('org-1', 'import', 0),
      build('org-2', 'import', 0),
      build('org-3', 'held', 0),
      build('org-4', 'import', 1),
    ];
    const groups = groupRuns([...due, buildTrace({ number: 'MSCU1234566', orgId: 'org-5' })], 1);
    const startedAt = new Date(0).toISOString();
    expect(groups.map(({ trip, traces: own }) => [trip, own.length])).toEqual([
      [{ scenario: 'import', startedAt }, 2],
      [{ scenario: 'held', startedAt }, 1],
      [{ scenario: 'import', startedAt: new Date(1).toISOString() }, 1],
      [undefined, 1],
    ]);
  });
});
