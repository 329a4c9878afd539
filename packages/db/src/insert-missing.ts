import type { mongo } from 'mongoose';
import { storing } from './concerns.ts';
import { duplicatePositions } from './failures.ts';

/** Inserts what is not there yet, in any order; what is there is left alone. */
export async function insertMissing<T extends { _id: string }>(
  collection: mongo.Collection<T>,
  documents: readonly T[],
): Promise<void> {
  if (documents.length === 0) return;
  // Every T has its `_id`: none is to be made up.
  const rows = documents as unknown as mongo.OptionalUnlessRequiredId<T>[];
  try {
    await collection.insertMany(rows, { ordered: false, ...storing });
  } catch (error) {
    duplicatePositions(error);
  }
}
