import {
  createClientCommand,
  type Identity,
  type IdentityConfig,
  identityManagerConfig,
  openIdentity,
} from '@envase/identity-manager';
import { AppError, createClock, type Logger, loadConfig, newUuid } from '@envase/runtime';
import { type StackClient, type StackSecrets, saveSecrets } from './secrets.ts';

/** Reads what the identity commands need from the variables of the program itself. */
export function readIdentityConfig(env: Record<string, string | undefined>): IdentityConfig {
  const needed = { MONGODB_URI: true, KEY_RING: true, SECRET_PEPPER: true, KEY_ROTATION_DAYS: true } as const;
  return loadConfig(identityManagerConfig.pick(needed), env);
}

/**
 * Sees to it that the stack's own clients exist: two of two organizations, and an administrator. What was made once is kept in
 * the data folder; a client the database does not know (it was removed) is made again, for the same organization.
 */
export async function ensureClients(by: {
  dataDir: string;
  secrets: StackSecrets;
  env: Record<string, string>;
  logger: Logger;
}): Promise<Required<StackSecrets> & { admin: NonNullable<StackSecrets['admin']> }> {
  const { dataDir, secrets, env, logger } = by;
  const identity = await openIdentity(readIdentityConfig(env), { logger, clock: createClock() });
  try {
    const clients = await Promise.all(
      ['First', 'Second'].map((name, index) => ensureTms(identity, `${name} TMS`, secrets.clients[index])),
    );
    const admin = await ensureAdmin(identity, secrets.admin);
    const complete = { ...secrets, clients, admin };
    saveSecrets(dataDir, complete);
    return complete;
  } finally {
    await identity.close();
  }
}

async function ensureTms(
  identity: Identity,
  name: string,
  known: StackClient | undefined,
): Promise<StackClient> {
  if (known && (await isKnown(identity, known.id))) return known;
  const { orgId, svcId } = known ?? { orgId: newUuid(), svcId: newUuid() };
  const { id, secret } = await createClientCommand(identity, { name, grants: [`${orgId}:${svcId}`] });
  return { id, secret, orgId, svcId };
}

async function ensureAdmin(identity: Identity, known: StackSecrets['admin']) {
  if (known && (await isKnown(identity, known.id))) return known;
  const { id, secret } = await createClientCommand(identity, {
    name: 'Administrator',
    scopes: ['connectdata/admin'],
  });
  return { id, secret };
}

async function isKnown({ clients }: Identity, id: string): Promise<boolean> {
  try {
    await clients.find(id);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return false;
    throw error;
  }
}
