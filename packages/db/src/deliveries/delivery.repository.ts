import { type DeliveryState, deliveryStates } from '@envase/contracts';
import type { Connection } from 'mongoose';
import { requireDate, requireLimit, requireText, requireTexts, requireWhole } from '../check-values.ts';
import { durable, forClients, forWork, isSet, quick } from '../concerns.ts';
import { shield } from '../failures.ts';
import { insertMissing } from '../insert-missing.ts';
import { collectionOf } from '../models.ts';
import { readPageById } from '../read-page.ts';
import { scopeOf } from '../tenancy.ts';
import { guardCollection } from '../tenant-guard.ts';
import type { DeliveryDoc, DeliveryRepository } from './delivery-documents.ts';
import { findHooksWithDue } from './hooks-with-due.ts';
import { createListAfter } from './list-after.ts';
import type { DeliveryStream } from './place-deliveries.ts';
import { recordResults } from './record-results.ts';
import { resending } from './resend.ts';
import { type Deliveries, hidden, openStates, type StoredDelivery, toStored } from './stored-delivery.ts';

/** Deliveries of events to hooks. Methods throw `unavailable` while the database is away. */
export function createDeliveryRepository(connection: Connection): DeliveryRepository {
  const deliveries = collectionOf<StoredDelivery>(connection, 'deliveries');
  const streams = collectionOf<DeliveryStream>(connection, 'delivery_streams');
  return shield<DeliveryRepository>({
    insertMissing: async (missing) => {
      for (const { _id } of missing) requireText(_id, 'id of a delivery');
      await insertMissing(deliveries, missing.map(toStored));
    },
    record: (results) => recordResults(deliveries, results),
    ...dueOnes(deliveries),
    ...openOnes(deliveries),
    ...ofTenants(deliveries),
    ...resending(deliveries),
    listAfter: createListAfter({ deliveries, streams }),
  });
}

function dueOnes(
  deliveries: Deliveries,
): Pick<DeliveryRepository, 'findDue' | 'postpone' | 'defer' | 'hooksWithDue' | 'oldestDue'> {
  const dueOf = (webhookId: string, now: Date) => ({
    webhookId: requireText(webhookId, 'webhookId'),
    dueAt: { ...isSet, $lte: requireDate(now, 'now') },
  });
  return {
    findDue: async (webhookId, now, limit) => {
      const options = {
        projection: hidden,
        sort: { dueAt: 1 },
        limit: requireLimit(limit),
        ...forWork,
      } as const;
      const due = await deliveries.find(dueOf(webhookId, now), options).toArray();
      return due.sort(byTimeThenEvent);
    },
    postpone: async (webhookId, until, now) => {
      const later = { $set: { dueAt: requireDate(until, 'until') } };
      await deliveries.updateMany(dueOf(webhookId, now), later, quick);
    },
    defer: async (ids, until) => {
      if (ids.length === 0) return;
      const open = { _id: { $in: requireTexts(ids, 'id') }, dueAt: isSet };
      await deliveries.updateMany(open, { $set: { dueAt: requireDate(until, 'until') } }, quick);
    },
    hooksWithDue: (now, limit) =>
      findHooksWithDue(deliveries, { now: requireDate(now, 'now'), limit: requireLimit(limit) }),
    oldestDue: async () => {
      const options = { projection: { _id: 0, dueAt: 1 }, sort: { dueAt: 1 }, ...forWork } as const;
      return (await deliveries.findOne({ dueAt: isSet }, options))?.dueAt ?? null;
    },
  };
}

function openOnes(
  deliveries: Deliveries,
): Pick<DeliveryRepository, 'findOpenBelow' | 'cancelOpen' | 'counts'> {
  return {
    findOpenBelow: (webhookId, traceId, sequence) => {
      const filter = {
        webhookId: requireText(webhookId, 'webhookId'),
        traceId: requireText(traceId, 'traceId'),
        openSequence: { $gte: 0, $lt: requireWhole(sequence, 'sequence') },
      };
      const options = {
        projection: { sequence: 1, dueAt: 1 },
        sort: { openSequence: 1 },
        ...forWork,
      } as const;
      return deliveries.findOne(filter, options);
    },
    cancelOpen: async (webhookId) => {
      const open = { webhookId: requireText(webhookId, 'webhookId'), state: { $in: [...openStates] } };
      const cancel = {
        $set: { state: 'cancelled' as const, endedAt: new Date() },
        $unset: { dueAt: '', openSequence: '' },
      } as const;
      await deliveries.updateMany(open, cancel, durable);
    },
    counts: async (webhookId) => {
      const counted: DeliveryState[] = [...openStates, 'dead'];
      const match = { webhookId: requireText(webhookId, 'webhookId'), state: { $in: counted } };
      const groups = [{ $match: match }, { $group: { _id: '$state', count: { $sum: 1 } } }];
      const rows = await deliveries
        .aggregate<{ _id: DeliveryState; count: number }>(groups, forWork)
        .toArray();
      const count = new Map(rows.map((row) => [row._id, row.count]));
      const pending = openStates.reduce((sum, state) => sum + (count.get(state) ?? 0), 0);
      return { pending, dead: count.get('dead') ?? 0 };
    },
  };
}

function ofTenants(deliveries: Deliveries): Pick<DeliveryRepository, 'list' | 'find'> {
  const collection = guardCollection(deliveries);
  return {
    list: async (tenant, webhookId, state, page) => {
      const filter = {
        webhookId: requireText(webhookId, 'webhookId'),
        // All five by name: the index gives each in order, and merging five is cheaper than sorting all.
        state: state === undefined ? { $in: [...deliveryStates] } : requireState(state),
        clientId: tenant.clientId,
        ...scopeOf(tenant),
      };
      const isOwn = (id: string) => id.endsWith(`~${webhookId}`);
      return readPageById({ collection, kind: 'deliveries', filter, page, hide: hidden, isOwn });
    },
    find: (tenant, id) => {
      const own = { _id: requireText(id, 'id'), clientId: tenant.clientId, ...scopeOf(tenant) };
      return collection.findOne(own, { projection: hidden, ...forClients });
    },
  };
}

function requireState(state: DeliveryState): DeliveryState {
  if (deliveryStates.includes(state)) return state;
  throw new TypeError('state must be a state of deliveries');
}

function byTimeThenEvent(one: DeliveryDoc, other: DeliveryDoc): number {
  const difference = (one.dueAt?.getTime() ?? 0) - (other.dueAt?.getTime() ?? 0);
  return difference || (one._id < other._id ? -1 : 1);
}
