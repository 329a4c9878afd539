import { AppError } from '@envase/runtime';
import type { Connection, mongo } from 'mongoose';
import { requireText } from '../check-values.ts';
import { durable, forClients, forWork, storing } from '../concerns.ts';
import type { WebhookDoc } from '../documents.ts';
import { isDuplicate, shield, writesOnce } from '../failures.ts';
import { collectionOf } from '../models.ts';
import { readPageByCreation } from '../read-page.ts';
import type { WebhookRepository } from '../repositories.ts';
import { ownScopeOf } from '../tenancy.ts';
import { guardCollection } from '../tenant-guard.ts';
import { healthSet, webhookDebts } from './webhook-debts.ts';

export type Webhooks = mongo.Collection<WebhookDoc>;

const TRIES = 5;

/** Web-hooks. A tenant is the owning client with its present grants. Methods throw `unavailable` while the database is away. */
export function createWebhookRepository(connection: Connection): WebhookRepository {
  const webhooks = collectionOf<WebhookDoc>(connection, 'webhooks');
  return shield<WebhookRepository>({
    insertOrFind: (hook) => insertOrFind(webhooks, hook),
    ...ofTenants(webhooks),
    ...webhookDebts(webhooks),
    findListening: (orgId, svcId) => {
      // A hook without them stands for all; whose grants they are is judged by the fan-out.
      const orgIds = { $in: [requireText(orgId, 'orgId'), null] };
      const svcIds = { $in: [requireText(svcId, 'svcId'), null] };
      return webhooks.find({ orgId: orgIds, svcId: svcIds }, forWork).toArray();
    },
    get: (id) => webhooks.findOne({ _id: requireText(id, 'id') }, forWork),
    recordHealth: async (id, changes) => {
      const set = healthSet(changes);
      if (Object.keys(set).length === 0) return;
      await webhooks.updateOne({ _id: requireText(id, 'id') }, { $set: set }, durable);
    },
  });
}

async function insertOrFind(
  webhooks: Webhooks,
  hook: WebhookDoc,
): Promise<{ created: boolean; hook: WebhookDoc }> {
  const registration = requireText(hook.registration, 'registration');
  requireText(hook.clientId, 'clientId of a hook');
  for (let tried = 0; tried < TRIES; tried += 1) {
    if (await writesOnce(webhooks.insertOne(hook, storing))) return { created: true, hook };
    const known = await webhooks.findOne({ registration }, forClients);
    // Its own id: the driver sent it twice. None: it was deleted in between.
    if (known !== null) return { created: known._id === hook._id, hook: known };
  }
  throw new AppError('unavailable', 'The web-hook is changing', { retryAfterSeconds: 1 });
}

function ofTenants(webhooks: Webhooks): Pick<WebhookRepository, 'update' | 'find' | 'list' | 'remove'> {
  const collection = guardCollection(webhooks);
  return {
    update: async (tenant, id, changes) => {
      const own = { _id: requireText(id, 'id'), ...ownScopeOf(tenant) };
      const set = changesOf(changes);
      if (Object.keys(set).length > 0)
        await setUnlessTaken(collection.updateOne(own, { $set: set }, durable));
      return collection.findOne(own, forClients);
    },
    find: (tenant, id) =>
      collection.findOne({ _id: requireText(id, 'id'), ...ownScopeOf(tenant) }, forClients),
    list: (tenant, page) =>
      readPageByCreation({ collection, kind: 'webhooks', filter: ownScopeOf(tenant), page }),
    remove: async (tenant, id) => {
      const own = { _id: requireText(id, 'id'), ...ownScopeOf(tenant) };
      return (await collection.deleteOne(own, durable)).deletedCount === 1;
    },
  };
}

function changesOf(changes: Partial<WebhookDoc>): Partial<WebhookDoc> {
  for (const fixed of ['_id', 'clientId', 'createdAt'] as const) {
    if (changes[fixed] !== undefined) throw new TypeError(`${fixed} of a hook never changes`);
  }
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

async function setUnlessTaken(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    throw new AppError('conflict', 'Another web-hook is registered in this way', { cause: error });
  }
}
