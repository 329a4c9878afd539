import { listIssues, type Page } from '@envase/contracts';
import { AppError } from '@envase/runtime';
import { newClientBody } from './clients/client-schemas.ts';
import type { Clients, PresentedClient } from './clients/clients.ts';
import type { Rotation, SigningKeys } from './keys/signing-keys.ts';

/** What the operator's commands work on; `openIdentity` makes one. */
export interface IdentityOperator {
  clients: Clients;
  keys: SigningKeys;
}

/** `envase client create`: the secret is in the result and nowhere else. `grants` are written `orgId:svcId`, `svcId` may be `*`. */
export async function createClientCommand(
  { clients }: Pick<IdentityOperator, 'clients'>,
  options: { name: string; scopes?: readonly string[]; grants?: readonly string[] },
): Promise<PresentedClient & { secret: string }> {
  const { name, scopes = ['connectdata/events'], grants = [] } = options;
  const parsed = newClientBody.safeParse({ name, scopes, grants: grants.map(readGrant) });
  if (!parsed.success) {
    throw new AppError('invalid_request', 'The client cannot be created', {
      details: listIssues(parsed.error),
    });
  }
  return clients.create(parsed.data);
}

/** `envase client list`: one page, newest first. */
export function listClients(
  { clients }: Pick<IdentityOperator, 'clients'>,
  options: { limit?: number; cursor?: string } = {},
): Promise<Page<PresentedClient>> {
  return clients.list({ limit: 50, ...options });
}

/** `envase client rotate`: the new secret; the one before stays good until the next rotation. */
export function rotateClientSecret(
  { clients }: Pick<IdentityOperator, 'clients'>,
  id: string,
): Promise<{ secret: string }> {
  return clients.addSecret(id);
}

/** `envase client disable`: no new tokens, and those that are out are refused within 5 s. */
export function disableClient(
  { clients }: Pick<IdentityOperator, 'clients'>,
  id: string,
): Promise<PresentedClient> {
  return clients.change(id, { status: 'disabled' });
}

/** `envase client enable`: tokens from before stay refused. */
export function enableClient(
  { clients }: Pick<IdentityOperator, 'clients'>,
  id: string,
): Promise<PresentedClient> {
  return clients.change(id, { status: 'active' });
}

/** `envase keys rotate`; with `isStolen` the old keys stop working instead of running out. */
export function rotateSigningKeys(
  { keys }: Pick<IdentityOperator, 'keys'>,
  options: { isStolen?: boolean } = {},
): Promise<Rotation> {
  return options.isStolen ? keys.replaceAll() : keys.rotate();
}

function readGrant(text: string): { orgId: string; svcId: string } {
  // The last colon divides: an organization's id may hold some itself.
  const colon = text.lastIndexOf(':');
  return { orgId: text.slice(0, Math.max(0, colon)), svcId: text.slice(colon + 1) };
}
