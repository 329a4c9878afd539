import type { TraceDoc } from '@envase/db';
import type { Finding } from '@envase/providers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildTrace } from '../../test/build.ts';
import { askByOrder } from './ask-provider.ts';
import { groupRuns } from './group-runs.ts';

const signal = new AbortController().signal;
const waitMs = 1_000;
const awaitingOf = (reference: string) => ({ reference, since: new Date(0), lookAt: new Date(0) });

const anyTrace = fc
  .record({
    number: fc.constantFrom('MSCU1234566', 'CSQU3054383', 'MSCU0000060'),
    orgId: fc.constantFrom('org-1', 'org-2', 'org-3'),
    reference: fc.option(fc.constantFrom('r1', 'r2')),
  })
  .map(({ reference, ...key }) =>
    buildTrace({ ...key, awaiting: reference === null ? null : awaitingOf(reference) }),
  );
const traces = fc.uniqueArray(anyTrace, { selector: ({ _id }) => _id, maxLength: 9 });
const anyFinding = fc.constantFrom<Finding | null>(
  { state: 'found', slice: {} },
  { state: 'found', slice: {}, isOver: true },
  { state: 'waiting' },
  { state: 'not_found', isOver: true },
  { state: 'not_found', isOver: false },
  { state: 'void' },
  null,
);

describe('runs of traces with and without an order', () => {
  it('never share a request, and each box of an order is looked at once', () => {
    fc.assert(
      fc.property(traces, (due) => {
        const groups = groupRuns(due, 50);
        expect(groups.flatMap((group) => group.traces)).toHaveLength(due.length);
        for (const { step, traces: own } of groups)
          for (const { awaiting } of own) expect(awaiting ? 'look' : 'ask').toBe(step);
      }),
    );
  });
});

describe('what is outstanding', () => {
  it('follows from what a look finds, and a box is ordered once where orders stand', async () => {
    const scene = fc.record({ due: traces, finding: anyFinding, isStanding: fc.boolean(), known: traces });
    await fc.assert(
      fc.asyncProperty(scene, async ({ due, finding, isStanding, known }) => {
        const ordered: string[] = [];
        const ask = askByOrder({
          isStanding,
          waitMs,
          via: 'vizion',
          traces: { findTracing: async () => known },
          async order({ numbers }) {
            ordered.push(...numbers);
            return { references: new Map(numbers.map((number) => [number, `new-${number}`])) };
          },
          look: async ({ items }) =>
            new Map(items.flatMap(({ reference }) => (finding ? [[reference, finding]] : []))),
        });
        for (const group of groupRuns(due, 50)) {
          const saidFor = await ask(group, signal);
          for (const trace of group.traces) expectSound(trace, saidFor(trace), { finding, isStanding });
        }
        const standing = new Set(known.flatMap(({ number, awaiting }) => (awaiting ? [number] : [])));
        expect(new Set(ordered).size).toBe(ordered.length);
        if (isStanding) for (const number of ordered) expect(standing.has(number)).toBe(false);
      }),
    );
  });

  it.each([
    [undefined, { waitMs, rule: 'waiting-for-notification' }],
    [0, { waitMs: 0, rule: 'first-look' }],
  ])('of a new order with a first look after %s ms is looked at as %j says', async (firstLookMs, wait) => {
    const ask = askByOrder({
      isStanding: true,
      waitMs,
      ...(firstLookMs !== undefined && { firstLookMs }),
      via: 'dcsa_tnt',
      traces: { findTracing: async () => [] },
      order: async ({ numbers }) => ({ references: new Map(numbers.map((number) => [number, 'new'])) }),
      look: async () => new Map(),
    });
    const trace = buildTrace({ number: 'MSCU1234566' });
    const [group] = groupRuns([trace], 1);
    const saidFor = group && (await ask(group, signal));
    expect(saidFor?.(trace)).toEqual({ kind: 'receipt', receipt: { reference: 'new', ...wait } });
  });

  function expectSound(
    { awaiting }: TraceDoc,
    said: Awaited<ReturnType<ReturnType<typeof askByOrder>>> extends (trace: TraceDoc) => infer Said
      ? Said
      : never,
    about: { finding: Finding | null; isStanding: boolean },
  ): void {
    const { receipt } = said;
    if (!awaiting) {
      expect(said.kind).toBe('receipt');
      expect(receipt?.reference).toBeTruthy();
      return;
    }
    const { finding } = about;
    const state = finding?.state ?? 'void';
    expect(said.kind).toBe(state === 'found' || state === 'not_found' ? 'answer' : 'receipt');
    const isOver = finding !== null && 'isOver' in finding && finding.isOver;
    const stands = state === 'waiting' || (about.isStanding && state !== 'void' && !isOver);
    expect(receipt?.reference).toBe(stands ? awaiting.reference : null);
  }
});
