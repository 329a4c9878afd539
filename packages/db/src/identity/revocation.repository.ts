import type { Connection, mongo } from 'mongoose';
import { requireDate, requireText } from '../check-values.ts';
import { forClients, forWork, storing } from '../concerns.ts';
import type { RevocationDoc } from '../documents.ts';
import { shield, writesOnce } from '../failures.ts';
import { collectionOf } from '../models.ts';
import type { RevocationRepository } from '../repositories.ts';
import { overlapping } from './load-window.ts';

/** Revoked tokens. Methods throw `unavailable` while the database is away. */
export function createRevocationRepository(connection: Connection): RevocationRepository {
  const revocations = collectionOf<RevocationDoc>(connection, 'revocations');
  return shield<RevocationRepository>({
    add: async (revocation) => {
      requireText(revocation._id, 'jti');
      await writesOnce(revocations.insertOne(revocation, storing));
    },
    has: async (jti) => (await revocations.findOne({ _id: requireText(jti, 'jti') }, forClients)) !== null,
    findRevokedSince: (since) => revocations.find(revokedSince(since), forWork).toArray(),
    loadRevokedSince: (since) => {
      const window = revokedSince(since === null ? null : overlapping(requireDate(since, 'since')));
      return revocations.find(window, forWork).toArray();
    },
  });
}

function revokedSince(since: Date | null): mongo.Filter<RevocationDoc> {
  return since === null ? {} : { revokedAt: { $gte: requireDate(since, 'since') } };
}
