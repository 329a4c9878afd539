/** A request that wants to run under its key. */
export interface IdempotencyClaim {
  /** Hash of (client, organization, service, route, key). */
  id: string;
  bodyHash: string;
  /** This request, as nobody else calls itself. */
  owner: string;
  now: Date;
  /** When a request that never ends loses the key. */
  leaseUntil: Date;
  /** When the key is free again, answered or not. */
  expiresAt: Date;
}

/** `done`: the sealed first answer. `mismatch`: the key belongs to another body. */
export type IdempotencyBegin =
  | { outcome: 'begun' }
  | { outcome: 'running' }
  | { outcome: 'mismatch' }
  | { outcome: 'done'; answer: string };

/** Where keys are kept (architecture, `idempotency`). Methods throw `unavailable` while the store is away. */
export interface IdempotencyStore {
  /** One insert decides who runs; durable when it resolves. A lease or a key that is over at `now` is taken over. */
  begin(claim: IdempotencyClaim): Promise<IdempotencyBegin>;
  /** False when the key is no longer this owner's. */
  renew(id: string, owner: string, leaseUntil: Date): Promise<boolean>;
  /** Keeps the answer, durably; false when the key is no longer this owner's. */
  finish(id: string, owner: string, answer: string): Promise<boolean>;
  /** Frees a key that this owner holds without an answer. */
  release(id: string, owner: string): Promise<void>;
}
