import type { Connection, mongo } from 'mongoose';
import { requireDate, requireLimit, requireText, requireTexts, requireWhole } from '../check-values.ts';
import { durable, forClients, forWork, isSet, quick } from '../concerns.ts';
import type { EventDoc, Owed } from '../documents.ts';
import { shield } from '../failures.ts';
import { collectionOf } from '../models.ts';
import { readPageById } from '../read-page.ts';
import type { EventFilters, EventRepository, NamedOrder } from '../repositories.ts';
import { narrowedScopeOf, scopeOf } from '../tenancy.ts';
import { guardCollection } from '../tenant-guard.ts';
import { idsBetween } from './ids-between.ts';
import { createFindRepeat, createInsertPublished } from './insert-published.ts';
import { createInsertResults } from './insert-results.ts';
import { findTold, readHistory } from './read-history.ts';

type Events = mongo.Collection<EventDoc>;

const MAX_OWED = 500;
const idOnly = { projection: { _id: 1 }, ...forWork } as const;

/** The log of events. Methods throw `unavailable` while the database is away. */
export function createEventRepository(connection: Connection): EventRepository {
  const events = collectionOf<EventDoc>(connection, 'events');
  return shield<EventRepository>({
    insertPublished: createInsertPublished(events),
    findRepeat: createFindRepeat(events),
    insertResults: createInsertResults(events),
    get: (id) => events.findOne({ _id: requireText(id, 'id') }, forWork),
    getMany: async (ids) => {
      if (ids.length === 0) return [];
      return events.find({ _id: { $in: requireTexts(ids, 'id') } }, forWork).toArray();
    },
    ...debts(events),
    ...ofTenants(events),
  });
}

function debts(
  events: Events,
): Pick<
  EventRepository,
  'findOwing' | 'settleOwed' | 'postpone' | 'owesHooksBelow' | 'owesTrace' | 'countOwing'
> {
  return {
    findOwing: async (what, now, limit) => {
      const filter = { todo: requireOwed(what), dueAt: { ...isSet, $lte: requireDate(now, 'now') } };
      const options = { ...idOnly, sort: { dueAt: 1 }, limit: requireLimit(limit) } as const;
      const found = await events.find(filter, options).toArray();
      return found.map(({ _id }) => ({ id: _id }));
    },
    settleOwed: async (id, what) => {
      await events.updateOne({ _id: requireText(id, 'id') }, withoutDebt(requireOwed(what)), durable);
    },
    postpone: async (ids, dueAt) => {
      if (ids.length === 0) return;
      const owing = { _id: { $in: requireTexts(ids, 'id') }, dueAt: isSet };
      await events.updateMany(owing, { $set: { dueAt: requireDate(dueAt, 'dueAt') } }, quick);
    },
    owesHooksBelow: async (traceId, sequence) => {
      const below = { $lt: requireWhole(sequence, 'sequence') };
      const filter = { traceId: requireText(traceId, 'traceId'), sequence: below, todo: 'hooks' as const };
      return (await events.findOne(filter, idOnly)) !== null;
    },
    owesTrace: async (tenant, of) => {
      const projection = { orgId: 1, svcId: 1, 'order.items.number': 1, 'order.items.traceId': 1 } as const;
      const options = { projection, sort: { dueAt: -1 }, limit: MAX_OWED, ...forClients } as const;
      // What they name is judged here: few are owed, and one more condition would keep some engines from the index.
      const owed = await events.find({ todo: 'trace', dueAt: isSet }, options).toArray();
      const isNamed = createIsNamed(of);
      return owed.some((event) => narrowedScopeOf(tenant, event) !== null && isNamed(event));
    },
    countOwing: async () => {
      const count = (what: Owed) => events.countDocuments({ todo: what, dueAt: isSet }, forWork);
      return (await count('hooks')) + (await count('trace'));
    },
  };
}

function ofTenants(events: Events): Pick<EventRepository, 'list' | 'find' | 'listHistory' | 'findTold'> {
  const collection = guardCollection(events);
  return {
    list: async (tenant, filters, page) => {
      const scope = narrowedScopeOf(tenant, filters);
      if (scope === null) return { items: [], nextCursor: null };
      const filter = { ...scope, ...readFilters(filters) };
      return readPageById({ collection, kind: 'events', filter, page });
    },
    find: (tenant, id) => collection.findOne({ _id: requireText(id, 'id'), ...scopeOf(tenant) }, forClients),
    listHistory: async (tenant, traceId, page) =>
      readHistory(collection, { scope: scopeOf(tenant), traceId, page }),
    findTold: async (tenant, traceId, until) =>
      findTold(collection, { scope: scopeOf(tenant), traceId, until }),
  };
}

function createIsNamed(of: NamedOrder): (event: Pick<EventDoc, 'order'>) => boolean {
  if ('number' in of) return ({ order }) => order?.items.some(({ number }) => number === of.number) ?? false;
  const wanted = new Set(of.traceIds);
  return ({ order }) => order?.items.some(({ traceId }) => wanted.has(traceId)) ?? false;
}

function requireOwed(what: unknown): Owed {
  if (what === 'hooks' || what === 'trace') return what;
  throw new TypeError('An event owes hooks or trace');
}

/** Takes the debt away, and `dueAt` with the last one, in one update. */
function withoutDebt(what: Owed): mongo.Document[] {
  const others = { $filter: { input: '$todo', cond: { $ne: ['$$this', what] } } };
  const isPaid = { $eq: [{ $size: '$todo' }, 0] };
  return [{ $set: { todo: others } }, { $set: { dueAt: { $cond: [isPaid, '$$REMOVE', '$dueAt'] } } }];
}

function readFilters(filters: EventFilters): mongo.Filter<EventDoc> {
  const { type, action, id, traceId, since, until } = filters;
  const ids = {
    ...idsBetween(since && requireDate(since, 'since'), until && requireDate(until, 'until')),
    ...(id === undefined ? {} : { $in: [requireText(id, 'id')] }),
  };
  const created = between(since, until);
  return {
    ...(Object.keys(ids).length === 0 ? {} : { _id: ids }),
    ...(Object.keys(created).length === 0 ? {} : { createdAt: created }),
    ...(type === undefined ? {} : { type: requireText(type, 'type') }),
    ...(action === undefined ? {} : { action: requireText(action, 'action') }),
    ...(traceId === undefined ? {} : { traceId: requireText(traceId, 'traceId') }),
  };
}

function between(since?: Date, until?: Date): { $gte?: Date; $lt?: Date } {
  return { ...(since === undefined ? {} : { $gte: since }), ...(until === undefined ? {} : { $lt: until }) };
}
