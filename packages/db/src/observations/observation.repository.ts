import type { Connection, mongo } from 'mongoose';
import { requireDate, requireLimit, requireText, requireTexts, requireWhole } from '../check-values.ts';
import { forClients, forWork, storing } from '../concerns.ts';
import type { ObservationDoc, TraceDoc } from '../documents.ts';
import { duplicatePositions, shield } from '../failures.ts';
import { collectionOf } from '../models.ts';
import { readPageById } from '../read-page.ts';
import type { ObservationRepository } from '../repositories.ts';
import { type NewestObservation, planRecords } from './plan-records.ts';

type Observations = mongo.Collection<ObservationDoc>;

// `raw` comes back as bytes, not as BSON's wrapper of bytes.
const asBytes = { promoteBuffers: true } as const;

/** What providers said. Methods throw `unavailable` while the database is away. */
export function createObservationRepository(connection: Connection): ObservationRepository {
  const observations = collectionOf<ObservationDoc>(connection, 'observations');
  return shield<ObservationRepository>({
    record: async (batch) => {
      if (batch.length === 0) return;
      for (const { _id, traceId } of batch) requireOwn(_id, traceId);
      const newest = await findNewest(observations, distinct(batch.map(({ traceId }) => traceId)));
      await write(observations, planRecords(batch, newest));
    },
    findUnsettled: (traceId, settled) => findUnsettled(observations, { traceId, settled }),
    newest: async (traceIds) => {
      if (traceIds.length === 0) return new Map();
      return findNewest(observations, distinct(requireTexts(traceIds, 'traceId')));
    },
    findBetween: (traceId, range, limit) => findBetween(observations, { traceId, ...range, limit }),
    list: (traceId, page) => {
      const filter = { traceId: requireText(traceId, 'traceId') };
      const isOwn = (id: string) => id.startsWith(`${traceId}~`);
      return readPageById({
        collection: observations,
        kind: 'observations',
        filter,
        page,
        isOwn,
        ...asBytes,
      });
    },
  });
}

/** One answer for many traces. On MongoDB the index is read once per trace, however many observations it has. */
async function findNewest(
  observations: Observations,
  traceIds: string[],
): Promise<Map<string, NewestObservation>> {
  const fields = ['traceId', 'kind', 'hash', 'mapperVersion', 'times', 'forceSeq', 'lastAt', 'failure'];
  const first = Object.fromEntries(fields.map((field) => [field, { $first: `$${field}` }]));
  const pipeline = [
    { $match: { traceId: { $in: traceIds } } },
    { $sort: { traceId: 1, _id: -1 } },
    { $group: { _id: '$traceId', id: { $first: '$_id' }, ...first } },
  ];
  type Row = NewestObservation & { id: string };
  const rows = await observations.aggregate<Row>(pipeline, forWork).toArray();
  return new Map(rows.map(({ id, ...rest }) => [rest.traceId, { ...rest, _id: id }]));
}

async function write(
  observations: Observations,
  writes: mongo.AnyBulkWriteOperation<ObservationDoc>[],
): Promise<void> {
  if (writes.length === 0) return;
  try {
    await observations.bulkWrite(writes, { ordered: false, ...storing });
  } catch (error) {
    // Recorded already, by an attempt that was not confirmed.
    duplicatePositions(error);
  }
}

async function findUnsettled(
  observations: Observations,
  { traceId, settled }: { traceId: string; settled: TraceDoc['settled'] },
): Promise<ObservationDoc[]> {
  const since =
    settled === null ? {} : { _id: { $gte: requireText(settled.observationId, 'observationId') } };
  const filter = { traceId: requireText(traceId, 'traceId'), ...since };
  const found = await observations.find(filter, { sort: { _id: 1 }, ...asBytes, ...forWork }).toArray();
  const times = settled === null ? 0 : requireWhole(settled.times, 'times');
  return found.filter(({ _id, times: now }) => _id !== settled?.observationId || now > times);
}

async function findBetween(
  observations: Observations,
  wanted: { traceId: string; after: string | null; from: Date; until: Date; limit: number },
): Promise<ObservationDoc[]> {
  const { after, from, until, limit } = wanted;
  const filter = {
    traceId: requireText(wanted.traceId, 'traceId'),
    ...(after === null ? {} : { _id: { $gt: requireText(after, 'after') } }),
    observedAt: { $gte: requireDate(from, 'from'), $lte: requireDate(until, 'until') },
  };
  const options = { sort: { _id: 1 }, limit: requireLimit(limit), ...asBytes, ...forClients } as const;
  return observations.find(filter, options).toArray();
}

function requireOwn(id: unknown, traceId: unknown): void {
  const prefix = `${requireText(traceId, 'traceId')}~`;
  if (!requireText(id, 'id').startsWith(prefix))
    throw new TypeError('An observation names its trace in its id');
}

function distinct(values: string[]): string[] {
  return [...new Set(values)];
}
