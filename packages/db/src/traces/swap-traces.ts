import type { mongo } from 'mongoose';
import { requireText, requireWhole } from '../check-values.ts';
import { durable, storing } from '../concerns.ts';
import type { TraceDoc } from '../documents.ts';
import { duplicatePositions } from '../failures.ts';
import { type StoredTrace, type Traces, toStored } from './stored-trace.ts';

interface Change {
  expectedRev: number | null;
  trace: TraceDoc;
}

/**
 * Compare-and-set in one bulk write that tells exactly which lost. A replacement whose `rev` no longer matches tries to insert
 * instead (upsert) and is refused by its own `_id`: a bulk write counts what it replaced, but names what it refused.
 */
export async function swapTraces(traces: Traces, changes: readonly Change[]): Promise<string[]> {
  if (changes.length === 0) return [];
  const writes = changes.map(toWrite);
  try {
    const { upsertedIds } = await traces.bulkWrite(writes, { ordered: false, ...storing });
    return await undoUpserts(traces, { changes, upsertedIds });
  } catch (error) {
    const lost = duplicatePositions(error).map((position) => changes[position]?.trace._id ?? '');
    // `duplicatePositions` lets only an error of a bulk write pass.
    const { upsertedIds } = error as mongo.MongoBulkWriteError;
    return [...lost, ...(await undoUpserts(traces, { changes, upsertedIds }))];
  }
}

function toWrite({ expectedRev, trace }: Change): mongo.AnyBulkWriteOperation<StoredTrace> {
  requireText(trace._id, 'id of a trace');
  requireWhole(trace.rev, 'rev');
  const document = toStored(trace);
  if (expectedRev === null) return { insertOne: { document } };
  const filter = { _id: trace._id, rev: requireWhole(expectedRev, 'expectedRev') };
  return { replaceOne: { filter, replacement: document, upsert: true } };
}

/** A trace that was deleted meanwhile stays deleted: whoever replaced it has lost. */
async function undoUpserts(
  traces: Traces,
  { changes, upsertedIds }: { changes: readonly Change[]; upsertedIds: Record<number, unknown> },
): Promise<string[]> {
  // By id: in an unordered bulk write the positions given here are not those of `changes`.
  const ids = new Set(Object.values(upsertedIds));
  const upserted = changes.filter(({ trace }) => ids.has(trace._id)).map(({ trace }) => trace);
  if (upserted.length === 0) return [];
  const deletes = upserted.map(({ _id, rev }) => ({ deleteOne: { filter: { _id, rev } } }));
  await traces.bulkWrite(deletes, { ordered: false, ...durable });
  return upserted.map(({ _id }) => _id);
}
