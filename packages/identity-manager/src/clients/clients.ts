import type { Grant, Page, Scope } from '@envase/contracts';
import { AppError, type Clock, keyedHash, newUuid, randomSecret } from '@envase/runtime';
import type { ClientStore, StoredClient } from '../ports.ts';

/** A client without its secrets (contract s10, row "/admin/clients"). */
export interface PresentedClient {
  id: string;
  name: string;
  scopes: Scope[];
  grants: Grant[];
  status: 'active' | 'disabled';
  createdAt: string;
}

export interface NewClient {
  name: string;
  scopes: Scope[];
  grants: Grant[];
}

export type ClientChanges = Partial<NewClient & { status: 'active' | 'disabled' }>;

/** What operators do with clients, by `/admin/clients` and by the command line alike. Unknown ids throw `not_found`. */
export interface Clients {
  /** The secret is shown here and never again. */
  create(client: NewClient): Promise<PresentedClient & { secret: string }>;
  list(page: { limit: number; cursor?: string | undefined }): Promise<Page<PresentedClient>>;
  find(id: string): Promise<PresentedClient>;
  /** Disabling also ends every token the client holds, for good. */
  change(id: string, changes: ClientChanges): Promise<PresentedClient>;
  /** A second secret beside the newest; a third one takes the place of the oldest. */
  addSecret(id: string): Promise<{ secret: string }>;
  remove(id: string): Promise<void>;
}

// Recognizable in code and logs, where secret scanners look for it.
const SECRET_PREFIX = 'ets_';
const LIVE_SECRETS = 2;
const MAX_TRIES = 5;

export function createClients(deps: {
  store: ClientStore;
  pepper: string;
  clock: Pick<Clock, 'now'>;
}): Clients {
  const { store, pepper, clock } = deps;
  const newSecret = () => {
    const secret = randomSecret(SECRET_PREFIX);
    return { secret, stored: { hash: keyedHash(pepper, secret), createdAt: new Date(clock.now()) } };
  };
  const get = async (id: string): Promise<StoredClient> => {
    const client = await store.find(id);
    if (!client || client.status === 'deleted') throw new AppError('not_found', 'There is no such client');
    return client;
  };
  /** Compare-and-set; `changedAt` rises strictly, so it serves as the revision. */
  const update = async (
    id: string,
    change: (client: StoredClient) => StoredClient,
  ): Promise<StoredClient> => {
    for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
      const before = await get(id);
      const changedAt = new Date(Math.max(clock.now(), before.changedAt.getTime() + 1));
      const after = { ...change(before), changedAt };
      if (await store.swap(before.changedAt, after)) return after;
    }
    throw new AppError('conflict', 'The client is being changed by others: try again');
  };
  return {
    async create({ name, scopes, grants }) {
      const { secret, stored } = newSecret();
      const createdAt = new Date(clock.now());
      const client: StoredClient = {
        _id: newUuid(),
        name,
        status: 'active',
        scopes,
        grants,
        secrets: [stored],
        createdAt,
        changedAt: createdAt,
        revokedBefore: null,
      };
      await store.insert(client);
      return { ...presentClient(client), secret };
    },
    async list(page) {
      const { items, nextCursor } = await store.list(page);
      return { data: items.map(presentClient), nextCursor };
    },
    find: async (id) => presentClient(await get(id)),
    async change(id, changes) {
      const revoked = changes.status === 'disabled' ? { revokedBefore: new Date(clock.now()) } : {};
      return presentClient(await update(id, (client) => ({ ...client, ...changes, ...revoked })));
    },
    async addSecret(id) {
      const { secret, stored } = newSecret();
      await update(id, (client) => ({
        ...client,
        secrets: [stored, ...client.secrets].slice(0, LIVE_SECRETS),
      }));
      return { secret };
    },
    async remove(id) {
      const revokedBefore = new Date(clock.now());
      await update(id, (client) => ({ ...client, status: 'deleted', secrets: [], revokedBefore }));
    },
  };
}

function presentClient({ _id, name, scopes, grants, status, createdAt }: StoredClient): PresentedClient {
  return {
    id: _id,
    name,
    scopes,
    grants,
    status: status === 'active' ? 'active' : 'disabled',
    createdAt: createdAt.toISOString(),
  };
}
