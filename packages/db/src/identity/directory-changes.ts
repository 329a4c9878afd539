import type { createClientRepository } from './client.repository.ts';
import type { createRevocationRepository } from './revocation.repository.ts';

/** How a resource server's copy of clients and revoked tokens is reloaded: what changed since a time, all for null (quality S2). */
export function createDirectoryLoader(repositories: {
  clients: Pick<ReturnType<typeof createClientRepository>, 'loadClientsChangedSince'>;
  revocations: Pick<ReturnType<typeof createRevocationRepository>, 'loadRevokedSince'>;
}) {
  return async (since: Date | null) => {
    const [clients, revocations] = await Promise.all([
      repositories.clients.loadClientsChangedSince(since),
      repositories.revocations.loadRevokedSince(since),
    ]);
    return { clients, revocations };
  };
}
