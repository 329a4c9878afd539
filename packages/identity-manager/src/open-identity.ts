import { assertMigrated, connectDatabase, type Database } from '@envase/db';
import { type Clock, createKeyRing, type KeyRing, type Logger } from '@envase/runtime';
import { type Clients, createClients } from './clients/clients.ts';
import type { IdentityManagerConfig } from './config.ts';
import { defaultKeyRules } from './keys/key-timeline.ts';
import { createSigningKeys, type SigningKeys } from './keys/signing-keys.ts';
import type { IdentityStores } from './ports.ts';

/** What the program and the operator's commands work on. */
export interface Identity {
  db: Database;
  stores: IdentityStores;
  clients: Clients;
  keys: SigningKeys;
  ring: KeyRing;
  close(): Promise<void>;
}

export type IdentityConfig = Pick<
  IdentityManagerConfig,
  'MONGODB_URI' | 'KEY_RING' | 'SECRET_PEPPER' | 'KEY_ROTATION_DAYS'
>;

const DAY_MS = 86_400_000;

/** Connects to MongoDB; throws where its schema is older than the code. Nothing is started. */
export async function openIdentity(
  config: IdentityConfig,
  { logger, clock }: { logger: Logger; clock: Clock },
): Promise<Identity> {
  const db = await connectDatabase({ uri: config.MONGODB_URI, logger });
  try {
    await assertMigrated(db.connection);
  } catch (error) {
    await db.close();
    throw error;
  }
  const { clients, signingKeys, revocations, audit, idempotency } = db.repositories;
  const rules = { ...defaultKeyRules, rotateAfterMs: config.KEY_ROTATION_DAYS * DAY_MS };
  const ring = createKeyRing(config.KEY_RING);
  const keys = createSigningKeys({ store: signingKeys, keyRing: ring, clock, logger, rules });
  return {
    db,
    stores: { clients, signingKeys, revocations, audit, idempotency },
    clients: createClients({ store: clients, pepper: config.SECRET_PEPPER, clock }),
    keys,
    ring,
    async close() {
      keys.stop();
      await db.close();
    },
  };
}
