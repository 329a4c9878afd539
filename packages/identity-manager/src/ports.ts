import type { Grant, Scope } from '@envase/contracts';
import type { AuditStore, IdempotencyStore } from '@envase/http';

/** A client as it is stored (contract s1). `deleted` is a tombstone: resource servers must learn that it is gone. */
export interface StoredClient {
  /** Client id, a UUID. */
  _id: string;
  name: string;
  status: 'active' | 'disabled' | 'deleted';
  scopes: Scope[];
  grants: Grant[];
  /** Keyed hashes, newest first, at most two; none on a tombstone. */
  secrets: { hash: string; createdAt: Date }[];
  createdAt: Date;
  /** Rises with every change by at least 1 ms: it is the revision of the compare-and-set and the marker of the reload. */
  changedAt: Date;
  /** Tokens issued before this are refused. */
  revokedBefore: Date | null;
}

/** Collection `clients`. Writes are durable (majority, journaled) when they resolve. */
export interface ClientStore {
  /** False when the id is taken. */
  insert(client: StoredClient): Promise<boolean>;
  /** Tombstones too. */
  find(id: string): Promise<StoredClient | null>;
  /** Newest first by (`createdAt`, `_id`), without tombstones. A cursor not given by us: `invalid_request` at `query.cursor`. */
  list(page: {
    limit: number;
    cursor?: string | undefined;
  }): Promise<{ items: StoredClient[]; nextCursor: string | null }>;
  /** Replaces the client where `changedAt` still is `expected`; false when another writer was first. */
  swap(expected: Date, client: StoredClient): Promise<boolean>;
  /** `changedAt >= since`, tombstones too; every client for null. Needs an index on `changedAt`. */
  findChangedSince(since: Date | null): Promise<StoredClient[]>;
}

/** A signing key. Which one is current follows from the times alone. */
export interface StoredSigningKey {
  /** `k1`, `k2`, …: the slot. Two processes that make the same key at once: one insert wins. */
  _id: string;
  /** RFC 7638 thumbprint; stands in the header of tokens and owns the sealed key. */
  kid: string;
  /** Public half: RSA, base64url. */
  publicKey: { n: string; e: string };
  /** PKCS #8 PEM, sealed with the key ring, owner = `kid`. */
  sealedPrivateKey: string;
  createdAt: Date;
  /** Signs from here until the next slot does; null for the next key, which is published but does not sign yet. */
  activeFrom: Date | null;
}

/** Collection `signing_keys`. */
export interface SigningKeyStore {
  /** False when the slot is taken. */
  insert(key: StoredSigningKey): Promise<boolean>;
  /** All of them, in any order; never more than a handful. */
  list(): Promise<StoredSigningKey[]>;
  /** Sets `activeFrom` where it still is null; false when another writer was first. */
  activate(id: string, activeFrom: Date): Promise<boolean>;
  /** Replaces `sealedPrivateKey` where it still is `expected` (key ring rotation); false when another writer was first. */
  reseal(id: string, expected: string, sealedPrivateKey: string): Promise<boolean>;
  remove(id: string): Promise<void>;
}

/** One revoked token, kept until it would have expired anyway (TTL index on `expiresAt`). */
export interface StoredRevocation {
  /** The token's `jti`. */
  _id: string;
  clientId: string;
  revokedAt: Date;
  expiresAt: Date;
}

/** Collection `revocations`. */
export interface RevocationStore {
  /** Durable when it resolves; the same `jti` again is left as it is. */
  add(revocation: StoredRevocation): Promise<void>;
  has(jti: string): Promise<boolean>;
  /** `revokedAt >= since`; all that are kept for null. Needs an index on `revokedAt`. */
  findRevokedSince(since: Date | null): Promise<StoredRevocation[]>;
}

/** What the Identity Manager writes: three collections of its own, and its part of those of every API. */
export interface IdentityStores {
  clients: ClientStore;
  signingKeys: SigningKeyStore;
  revocations: RevocationStore;
  audit: AuditStore;
  idempotency: IdempotencyStore;
}
