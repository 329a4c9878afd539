import { AppError } from '@envase/runtime';
import type { Connection, mongo } from 'mongoose';
import { requireDate, requireText } from '../check-values.ts';
import { durable, forClients, quick } from '../concerns.ts';
import { shield, writesOnce } from '../failures.ts';
import { collectionOf } from '../models.ts';
import type {
  IdempotencyBegin,
  IdempotencyClaim,
  IdempotencyDoc,
  IdempotencyRepository,
} from './idempotency-documents.ts';

type Keys = mongo.Collection<IdempotencyDoc>;

const TRIES = 5;

/** Idempotency keys of POSTs other than events. Methods throw `unavailable` while the database is away. */
export function createIdempotencyRepository(connection: Connection): IdempotencyRepository {
  const keys = collectionOf<IdempotencyDoc>(connection, 'idempotency');
  return shield<IdempotencyRepository>({
    begin: (claim) => begin(keys, claim),
    renew: async (id, owner, leaseUntil) => {
      const later = { $set: { leaseUntil: requireDate(leaseUntil, 'leaseUntil') } };
      return (await keys.updateOne(runBy(id, owner), later, quick)).matchedCount === 1;
    },
    finish: async (id, owner, answer) => {
      const answered = { $set: { answer: requireText(answer, 'answer') } };
      return (await keys.updateOne(runBy(id, owner), answered, durable)).matchedCount === 1;
    },
    release: async (id, owner) => {
      await keys.deleteOne(runBy(id, owner), durable);
    },
  });
}

function runBy(id: string, owner: string) {
  return {
    _id: requireText(id, 'id'),
    owner: requireText(owner, 'owner'),
    answer: { $exists: false },
  };
}

async function begin(keys: Keys, claim: IdempotencyClaim): Promise<IdempotencyBegin> {
  const { _id, ...held } = toDocument(claim);
  const now = requireDate(claim.now, 'now');
  for (let tried = 0; tried < TRIES; tried += 1) {
    if (await writesOnce(keys.insertOne({ _id, ...held }, durable))) return { outcome: 'begun' };
    const known = await keys.findOne({ _id }, forClients);
    // It was freed in between.
    if (known === null) continue;
    // Its own: the driver sent it twice.
    if (known.owner === held.owner) return { outcome: 'begun' };
    if (!isOver(known, now)) return judge(known, held.bodyHash);
    const { owner, leaseUntil, expiresAt } = known;
    const take = { $set: held, $unset: { answer: '' } } as const;
    // A lease that was renewed meanwhile is no longer the one that was over.
    const { matchedCount } = await keys.updateOne({ _id, owner, leaseUntil, expiresAt }, take, durable);
    if (matchedCount === 1) return { outcome: 'begun' };
  }
  const message = 'The idempotency key is in use by other requests';
  throw new AppError('unavailable', message, { retryAfterSeconds: 1 });
}

function toDocument({ id, bodyHash, owner, leaseUntil, expiresAt }: IdempotencyClaim): IdempotencyDoc {
  return {
    _id: requireText(id, 'id'),
    bodyHash: requireText(bodyHash, 'bodyHash'),
    owner: requireText(owner, 'owner'),
    leaseUntil: requireDate(leaseUntil, 'leaseUntil'),
    expiresAt: requireDate(expiresAt, 'expiresAt'),
  };
}

/** The server deletes a key some time after it is over. */
function isOver({ answer, leaseUntil, expiresAt }: IdempotencyDoc, now: Date): boolean {
  return expiresAt <= now || (answer === undefined && leaseUntil <= now);
}

function judge({ answer, bodyHash }: IdempotencyDoc, asked: string): IdempotencyBegin {
  if (bodyHash !== asked) return { outcome: 'mismatch' };
  return answer === undefined ? { outcome: 'running' } : { outcome: 'done', answer };
}
