import { AppError, type KeyRing, newUuid } from '@envase/runtime';
import type { Connection, mongo } from 'mongoose';
import { requireDate, requireText } from '../check-values.ts';
import { durable, forClients, forWork } from '../concerns.ts';
import { shield, writesOnce } from '../failures.ts';
import { collectionOf } from '../models.ts';
import type { Tenant } from '../repositories.ts';
import { narrowedScopeOf } from '../tenancy.ts';
import { guardCollection, type TenantCollection } from '../tenant-guard.ts';
import type {
  CredentialDoc,
  CredentialMeta,
  CredentialRepository,
  CredentialStatus,
  NewCredential,
} from './credential-documents.ts';

type Ring = Pick<KeyRing, 'seal' | 'open'>;

const PROVIDER_ID = /^[\w-]{1,64}$/;
const STATUSES: readonly CredentialStatus[] = ['unchecked', 'accepted', 'refused'];
const TRIES = 5;
const hidden = { sealed: 0 } as const;

/** Customers' provider logins, sealed at rest (quality S5). Methods throw `unavailable` while the database is away. */
export function createCredentialRepository(connection: Connection, ring: Ring): CredentialRepository {
  const credentials = collectionOf<CredentialDoc>(connection, 'credentials');
  return shield<CredentialRepository>({
    ...ofTenants(credentials, ring),
    open: async (orgId, providerId) => {
      const found = await credentials.findOne(keyOf(orgId, providerId), forWork);
      if (found === null) return null;
      const { status, checkedAt, version } = found;
      return { fields: openFields(found, ring), status, checkedAt, version };
    },
    recordCheck: async (orgId, providerId, { version, status, checkedAt }) => {
      const same = { ...keyOf(orgId, providerId), version: requireText(version, 'version') };
      const check = { status: requireStatus(status), checkedAt: requireDate(checkedAt, 'checkedAt') };
      return (await credentials.updateOne(same, { $set: check }, durable)).matchedCount === 1;
    },
  });
}

function ofTenants(
  credentials: mongo.Collection<CredentialDoc>,
  ring: Ring,
): Pick<CredentialRepository, 'put' | 'get' | 'remove'> {
  const collection = guardCollection(credentials);
  return {
    put: async (tenant, given) => {
      const row = toDocument(given, ring);
      if (!isGranted(tenant, row.orgId)) {
        throw new AppError('forbidden', 'This client may not act for this organization');
      }
      for (let tried = 0; tried < TRIES; tried += 1) {
        if (await writesOnce(credentials.insertOne(row, durable))) return present(row, true);
        const replaced = await replace(collection, row);
        if (replaced !== null) return present(replaced, false);
      }
      throw new AppError('unavailable', 'The login is changing', { retryAfterSeconds: 1 });
    },
    get: async (tenant, orgId, providerId) => {
      const key = keyOf(orgId, providerId);
      if (!isGranted(tenant, orgId)) return null;
      return collection.findOne(key, { projection: hidden, ...forClients });
    },
    remove: async (tenant, orgId, providerId) => {
      const key = keyOf(orgId, providerId);
      if (!isGranted(tenant, orgId)) return false;
      return (await collection.deleteOne(key, durable)).deletedCount === 1;
    },
  };
}

function isGranted(tenant: Tenant, orgId: string): boolean {
  return narrowedScopeOf(tenant, { orgId }) !== null;
}

/** Null when it is gone again. */
async function replace(
  collection: TenantCollection<CredentialDoc>,
  row: CredentialDoc,
): Promise<CredentialMeta | null> {
  const { _id, createdAt: _, ...changes } = row;
  const key = { _id, orgId: row.orgId };
  const { matchedCount } = await collection.updateOne(key, { $set: changes }, durable);
  if (matchedCount === 0) return null;
  const found = await collection.findOne(key, { projection: { createdAt: 1 }, ...forClients });
  return { ...row, createdAt: found?.createdAt ?? row.createdAt };
}

function present(row: CredentialMeta, created: boolean): { created: boolean; credential: CredentialMeta } {
  const { _id, orgId, providerId, fields, status, checkedAt, version, createdAt, updatedAt } = row;
  const credential = { _id, orgId, providerId, fields, status, checkedAt, version, createdAt, updatedAt };
  return { created, credential };
}

function keyOf(orgId: string, providerId: string): { _id: string; orgId: string } {
  requireText(orgId, 'orgId');
  // No `~` in it: an `_id` can be read in one way only.
  if (!PROVIDER_ID.test(requireText(providerId, 'providerId'))) {
    throw new TypeError('providerId must be the id of a provider');
  }
  return { _id: `${orgId}~${providerId}`, orgId };
}

function toDocument({ orgId, providerId, fields, now, ...rest }: NewCredential, ring: Ring): CredentialDoc {
  const { _id } = keyOf(orgId, providerId);
  const named = Object.entries(fields).map(([name, value]) => [
    requireText(name, 'name'),
    requireText(value, name),
  ]);
  return {
    _id,
    orgId,
    providerId,
    fields: Object.keys(fields).sort(),
    sealed: ring.seal(JSON.stringify(Object.fromEntries(named)), _id),
    status: requireStatus(rest.status),
    checkedAt: rest.checkedAt && requireDate(rest.checkedAt, 'checkedAt'),
    version: newUuid(),
    createdAt: requireDate(now, 'now'),
    updatedAt: now,
  };
}

function openFields({ _id, sealed }: CredentialDoc, ring: Ring): Record<string, string> {
  // Only what `toDocument` sealed for this `_id` opens.
  return JSON.parse(ring.open(sealed, _id)) as Record<string, string>;
}

function requireStatus(status: unknown): CredentialStatus {
  const known = STATUSES.find((one) => one === status);
  if (known === undefined) throw new TypeError('status must be a status of credentials');
  return known;
}
