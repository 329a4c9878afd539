import type { mongo } from 'mongoose';
import { requireText } from '../check-values.ts';
import { forWork, storing } from '../concerns.ts';
import type { EventDoc } from '../documents.ts';
import { isDuplicate, isUnavailable } from '../failures.ts';

/** In order: an event is there only when all before it are, so a sequence has no gap at any moment. */
export function createInsertResults(events: mongo.Collection<EventDoc>) {
  return async (results: readonly EventDoc[]): Promise<void> => {
    let missing = [...results];
    for (const { _id } of missing) requireText(_id, 'id of an event');
    while (missing.length > 0 && !(await insertInOrder(events, missing))) {
      missing = await leaveOutKnown(events, missing);
    }
  };
}

/** False when it stopped at an event that is there already. */
async function insertInOrder(events: mongo.Collection<EventDoc>, results: EventDoc[]): Promise<boolean> {
  try {
    await events.insertMany(results, { ordered: true, ...storing });
    return true;
  } catch (error) {
    if (isDuplicate(error) && !isUnavailable(error)) return false;
    throw error;
  }
}

async function leaveOutKnown(events: mongo.Collection<EventDoc>, results: EventDoc[]): Promise<EventDoc[]> {
  const ids = results.map(({ _id }) => _id);
  const known = await events.find({ _id: { $in: ids } }, { projection: { _id: 1 }, ...forWork }).toArray();
  const knownIds = new Set(known.map(({ _id }) => _id));
  return results.filter(({ _id }) => !knownIds.has(_id));
}
