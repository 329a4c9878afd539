import fc from 'fast-check';
import { expect, it } from 'vitest';
import { at, observation } from '../../test/documents.ts';
import type { ObservationDoc } from '../documents.ts';
import { type NewestObservation, planRecords } from './plan-records.ts';

const seen = fc.record({
  traceId: fc.constantFrom('a', 'b'),
  hash: fc.constantFrom('x', 'y'),
  kind: fc.constantFrom('answer' as const, 'failure' as const),
  isTold: fc.boolean(),
});
type Seen = typeof seen extends fc.Arbitrary<infer T> ? T : never;
const batches = fc.array(fc.array(seen, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 });

function toObservation({ traceId, hash, kind, isTold }: Seen, count: number): ObservationDoc {
  const tell = isTold ? { count: 1, ids: ['n'] } : null;
  const failure =
    kind === 'failure' ? { code: 'provider_timeout' as const, message: 'm', retryAt: at(count), tell } : null;
  return observation(traceId, { hash, kind, failure, lastAt: at(count), forceSeq: count });
}

/** Applies a plan as MongoDB would. */
function apply(rows: Map<string, ObservationDoc>, plan: ReturnType<typeof planRecords>): void {
  for (const write of plan) {
    if ('insertOne' in write)
      rows.set(write.insertOne.document._id ?? '', write.insertOne.document as ObservationDoc);
    if (!('updateOne' in write)) continue;
    // The shape that `planRecords` gives a bump.
    const { filter, update } = write.updateOne as unknown as {
      filter: { _id: string };
      update: {
        $inc: { times: number };
        $max: { lastAt: Date; forceSeq: number };
        $set?: { 'failure.retryAt': Date };
      };
    };
    const row = rows.get(filter._id);
    if (!row) throw new Error('A bump of what is not there');
    row.times += update.$inc.times;
    row.lastAt = update.$max.lastAt;
    row.forceSeq = update.$max.forceSeq;
    if (update.$set && row.failure) row.failure = { ...row.failure, retryAt: update.$set['failure.retryAt'] };
  }
}

function newestOf(rows: Map<string, ObservationDoc>): Map<string, NewestObservation> {
  const sorted = [...rows.values()].sort((one, other) => (one._id < other._id ? -1 : 1));
  return new Map(sorted.map((row) => [row.traceId, row]));
}

it('counts every look once, and adds a row exactly where the answer changed or a failure is told', () => {
  fc.assert(
    fc.property(batches, (given) => {
      const rows = new Map<string, ObservationDoc>();
      const last = new Map<string, ObservationDoc>();
      let count = 0;
      let expectedRows = 0;
      for (const batch of given) {
        const observations = batch.map((one) => {
          count += 1;
          return toObservation(one, count);
        });
        for (const one of observations) {
          const before = last.get(one.traceId);
          const isTold = one.failure?.tell || before?.failure?.tell;
          if (!before || isTold || before.hash !== one.hash || before.kind !== one.kind) expectedRows += 1;
          last.set(one.traceId, one);
        }
        apply(rows, planRecords(observations, newestOf(rows)));
      }
      expect(rows.size).toBe(expectedRows);
      const looks = [...rows.values()].reduce((sum, { times }) => sum + times, 0);
      expect(looks).toBe(count);
      for (const [traceId, one] of last) {
        const row = newestOf(rows).get(traceId);
        expect(row).toMatchObject({
          hash: one.hash,
          kind: one.kind,
          lastAt: one.lastAt,
          forceSeq: one.forceSeq,
        });
        expect(row?.failure?.retryAt).toEqual(one.failure?.retryAt);
      }
    }),
  );
});

it('adds a row when another mapper reads the same answer', () => {
  const newest = new Map<string, NewestObservation>([['a', observation('a')]]);
  const plan = planRecords([observation('a', { mapperVersion: 'apm@2' })], newest);
  expect(plan).toEqual([{ insertOne: { document: expect.objectContaining({ mapperVersion: 'apm@2' }) } }]);
});
