import { createClientCommand, openIdentity } from '@envase/identity-manager';
import { createClock, createLogger, newUuid } from '@envase/runtime';
import { readIdentityConfig } from '../../src/launch/ensure-clients.ts';

/** Adds a client of an organization of its own, which may name any service of it; takes the identity-manager's variables. */
export async function addClient(
  env: Record<string, string>,
): Promise<{ id: string; secret: string; orgId: string }> {
  const logger = createLogger({ program: 'crash', level: 'silent' });
  const identity = await openIdentity(readIdentityConfig(env), { logger, clock: createClock() });
  try {
    const orgId = newUuid();
    const { id, secret } = await createClientCommand(identity, { name: 'A TMS', grants: [`${orgId}:*`] });
    return { id, secret, orgId };
  } finally {
    await identity.close();
  }
}
