/** A key of a POST (contract s2): taken by the request that runs, then with its answer. */
export interface IdempotencyDoc {
  /** Hash of (client, organization, service, route, key). */
  _id: string;
  bodyHash: string;
  /** The request that runs, or ran. */
  owner: string;
  /** When a request without an answer loses the key. */
  leaseUntil: Date;
  /** Sealed with the key ring, owner = `_id`; there only once it was answered. */
  answer?: string;
  /** When the key is free again; deleted soon after. */
  expiresAt: Date;
}

export interface IdempotencyClaim
  extends Pick<IdempotencyDoc, 'bodyHash' | 'owner' | 'leaseUntil' | 'expiresAt'> {
  id: string;
  now: Date;
}

export type IdempotencyBegin =
  | { outcome: 'begun' }
  | { outcome: 'running' }
  | { outcome: 'mismatch' }
  | { outcome: 'done'; answer: string };

/** What `createIdempotency` of the package http asks of its store. */
export interface IdempotencyRepository {
  /** One insert decides who runs; durable when it resolves. A lease or a key that is over at `now` is taken over. */
  begin(claim: IdempotencyClaim): Promise<IdempotencyBegin>;
  /** False when the key is no longer this owner's, or answered. */
  renew(id: string, owner: string, leaseUntil: Date): Promise<boolean>;
  /** Keeps the sealed answer, durably; false when the key is no longer this owner's. */
  finish(id: string, owner: string, answer: string): Promise<boolean>;
  /** Frees a key that this owner holds without an answer. */
  release(id: string, owner: string): Promise<void>;
}
