import type { Connection } from 'mongoose';
import { requireText, requireTexts, requireWhole } from '../check-values.ts';
import { forWork, storing } from '../concerns.ts';
import type { ProviderStateDoc } from '../documents.ts';
import { shield, writesOnce } from '../failures.ts';
import { collectionOf } from '../models.ts';
import type { ProviderStateRepository } from '../repositories.ts';

/** Breakers, budgets and error windows of providers. Methods throw `unavailable` while the database is away. */
export function createProviderStateRepository(connection: Connection): ProviderStateRepository {
  const states = collectionOf<ProviderStateDoc>(connection, 'provider_states');
  return shield<ProviderStateRepository>({
    get: (id) => states.findOne({ _id: requireText(id, 'id') }, forWork),
    getMany: async (ids) => {
      if (ids.length === 0) return [];
      return states.find({ _id: { $in: requireTexts(ids, 'id') } }, forWork).toArray();
    },
    swap: async (expectedRev, state) => {
      const _id = requireText(state._id, 'id');
      if (expectedRev === null) return writesOnce(states.insertOne(state, storing));
      const expected = { _id, rev: requireWhole(expectedRev, 'expectedRev') };
      return (await states.replaceOne(expected, state, storing)).matchedCount === 1;
    },
  });
}
