import type { Credential } from '@envase/contracts';
import { type CallOptions, path, type Requester } from '../request.ts';

/** `orgId`, and the fields that the provider asks for, such as `username` and `password`. */
export type CredentialsToKeep = { orgId: string } & Record<string, string>;

/** `/api/credentials`: an organization's own logins at providers (contract s7). */
export function credentialRoutes(request: Requester) {
  return {
    /** Sealed, never read back, and checked at once where the provider allows: a refused login is a 400. */
    put: (providerId: string, credentials: CredentialsToKeep, options?: CallOptions) =>
      request.json<Credential>({
        method: 'PUT',
        path: path`/credentials/${providerId}`,
        body: credentials,
        options,
      }),
    get: (providerId: string, { orgId, ...options }: { orgId: string } & CallOptions) =>
      request.json<Credential>({
        method: 'GET',
        path: path`/credentials/${providerId}`,
        query: { orgId },
        options,
      }),
    remove: (providerId: string, { orgId, ...options }: { orgId: string } & CallOptions) =>
      request.json<void>({
        method: 'DELETE',
        path: path`/credentials/${providerId}`,
        query: { orgId },
        options,
      }),
  };
}
