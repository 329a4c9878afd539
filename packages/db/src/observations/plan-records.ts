import type { mongo } from 'mongoose';
import type { ObservationDoc } from '../documents.ts';

/** The newest observation of a trace, as far as it decides what a further one means. */
export type NewestObservation = Pick<
  ObservationDoc,
  '_id' | 'traceId' | 'kind' | 'hash' | 'mapperVersion' | 'times' | 'forceSeq' | 'lastAt' | 'failure'
>;

/**
 * The writes that record a batch: a further look at the same answer bumps the newest observation, everything else is added.
 * `newest` is kept up to date, so several observations of one trace in one batch follow each other.
 */
export function planRecords(
  batch: readonly ObservationDoc[],
  newest: Map<string, NewestObservation>,
): mongo.AnyBulkWriteOperation<ObservationDoc>[] {
  const added = new Map<string, ObservationDoc>();
  const bumps: mongo.AnyBulkWriteOperation<ObservationDoc>[] = [];
  for (const observation of batch) {
    const last = newest.get(observation.traceId);
    if (last?._id === observation._id) continue;
    if (last === undefined || !isSame(last, observation)) {
      added.set(observation._id, observation);
      newest.set(observation.traceId, observation);
      continue;
    }
    const pending = added.get(last._id);
    if (pending === undefined) bumps.push({ updateOne: toBump(last._id, observation) });
    else newest.set(observation.traceId, merge(added, { pending, again: observation }));
  }
  const inserts = [...added.values()].map((document) => ({ insertOne: { document } }));
  return [...inserts, ...bumps];
}

/** A failure that is to be told stands alone: merged, it would be told twice or never. */
function isSame(last: NewestObservation, observation: ObservationDoc): boolean {
  const isTold = Boolean(last.failure?.tell) || Boolean(observation.failure?.tell);
  const isSameMapper = last.mapperVersion === observation.mapperVersion;
  return !isTold && isSameMapper && last.kind === observation.kind && last.hash === observation.hash;
}

function toBump(id: string, again: ObservationDoc): mongo.UpdateOneModel<ObservationDoc> {
  const retryAt = again.failure === null ? {} : { $set: { 'failure.retryAt': again.failure.retryAt } };
  return {
    filter: { _id: id },
    update: {
      $inc: { times: again.times },
      $max: { lastAt: again.lastAt, forceSeq: again.forceSeq },
      ...retryAt,
    },
  };
}

function merge(
  added: Map<string, ObservationDoc>,
  { pending, again }: { pending: ObservationDoc; again: ObservationDoc },
): ObservationDoc {
  const merged: ObservationDoc = {
    ...pending,
    times: pending.times + again.times,
    lastAt: new Date(Math.max(again.lastAt.getTime(), pending.lastAt.getTime())),
    forceSeq: Math.max(pending.forceSeq, again.forceSeq),
    failure: again.failure,
  };
  added.set(merged._id, merged);
  return merged;
}
