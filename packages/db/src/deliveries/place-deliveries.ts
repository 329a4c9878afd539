import type { mongo } from 'mongoose';
import { durable, forWork } from '../concerns.ts';
import { writesOnce } from '../failures.ts';
import type { Deliveries } from './stored-delivery.ts';

/** The order in which a hook's deliveries are pulled. */
export interface DeliveryStream {
  /** The hook's id. */
  _id: string;
  /** The last place given. Never falls, so a place is never given twice. */
  head: number;
  /** Deliveries with the places up to `head` that may not bear them yet, in order. */
  journal: string[];
}

export interface PullStores {
  deliveries: Deliveries;
  streams: mongo.Collection<DeliveryStream>;
}

export interface Placed {
  /** The last place that readers may go to. */
  head: number;
  /** False when every delivery that was there has a place. */
  hasMore: boolean;
}

const BATCH = 100;
const MAX_BATCHES = 10;

// What is not on a majority could be taken back after a reader has gone past it.
const settledReads = { readConcern: { level: 'majority' }, ...forWork } as const;

/**
 * Gives places to committed deliveries of a hook until `wanted` places are given, none is without, or 1,000 were given. A place is
 * given after the commit: one compare-and-set on `head` takes the ids into the journal, and readers go past it only once all of
 * them bear their places. So whatever commits late comes later, never below a reader, and whoever pulls may run this.
 */
export async function placeDeliveries(
  stores: PullStores,
  webhookId: string,
  wanted: number,
): Promise<Placed> {
  let stream = await loadSettled(stores, webhookId);
  for (let batch = 0; batch < MAX_BATCHES && stream.head < wanted; batch += 1) {
    const ids = await findUnplaced(stores, webhookId);
    if (ids.length === 0) return { head: stream.head, hasMore: false };
    // A lost race is progress of another reader: this one goes on from there.
    await give(stores, stream, ids);
    stream = await loadSettled(stores, webhookId);
  }
  return { head: stream.head, hasMore: true };
}

/** The stream with an empty journal: what another process began is finished first. */
async function loadSettled({ deliveries, streams }: PullStores, webhookId: string): Promise<DeliveryStream> {
  const stream = await streams.findOne({ _id: webhookId }, settledReads);
  if (stream === null) return { _id: webhookId, head: 0, journal: [] };
  const { head, journal } = stream;
  if (journal.length === 0) return stream;
  const first = head - journal.length + 1;
  const writes = journal.map((_id, index) => ({
    updateOne: { filter: { _id, pos: { $exists: false } }, update: { $set: { pos: first + index } } },
  }));
  await deliveries.bulkWrite(writes, { ordered: true, ...durable });
  // Where `head` has moved, another process has done the same and more.
  await streams.updateOne({ _id: webhookId, head }, { $set: { journal: [] } }, durable);
  return { ...stream, journal: [] };
}

async function findUnplaced({ deliveries }: PullStores, webhookId: string): Promise<string[]> {
  // To MongoDB null finds what is absent, first in the index: the type of a number does not say so.
  const unplaced = { webhookId, pos: null as never };
  const options = { projection: { _id: 1 }, sort: { _id: 1 }, limit: BATCH, ...settledReads } as const;
  const found = await deliveries.find(unplaced, options).toArray();
  return found.map(({ _id }) => _id);
}

async function give({ streams }: PullStores, stream: DeliveryStream, ids: string[]): Promise<void> {
  const { _id, head } = stream;
  const next = { head: head + ids.length, journal: ids };
  if (head === 0) {
    await writesOnce(streams.insertOne({ _id, ...next }, durable));
    return;
  }
  await streams.updateOne({ _id, head, journal: { $size: 0 } }, { $set: next }, durable);
}
