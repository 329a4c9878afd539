export { createIdentityApp, createIdentityRoutes, type IdentityAppDeps } from './app.ts';
export type { ClientChanges, Clients, NewClient, PresentedClient } from './clients/clients.ts';
export {
  createClientCommand,
  disableClient,
  enableClient,
  type IdentityOperator,
  listClients,
  rotateClientSecret,
  rotateSigningKeys,
} from './commands.ts';
export { type IdentityManagerConfig, identityManagerConfig } from './config.ts';
export { createSigningKeys, type Rotation, type SigningKeys } from './keys/signing-keys.ts';
export { type Identity, type IdentityConfig, openIdentity } from './open-identity.ts';
export type {
  ClientStore,
  IdentityStores,
  RevocationStore,
  SigningKeyStore,
  StoredClient,
  StoredRevocation,
  StoredSigningKey,
} from './ports.ts';
export { startIdentityManager } from './start.ts';
