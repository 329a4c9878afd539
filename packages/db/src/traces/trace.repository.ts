import { stopReasons, storyEnds } from '@envase/contracts';
import { nobodyPaused, type Paused } from '@envase/domain';
import type { Connection, mongo } from 'mongoose';
import { requireDate, requireLimit, requireText, requireTexts } from '../check-values.ts';
import { durable, forClients, forWork, isSet, quick } from '../concerns.ts';
import type { TraceDoc } from '../documents.ts';
import { shield } from '../failures.ts';
import { collectionOf } from '../models.ts';
import { readPageByCreation } from '../read-page.ts';
import type { TraceFilters, TraceRepository } from '../repositories.ts';
import { scopeOf } from '../tenancy.ts';
import { guardCollection } from '../tenant-guard.ts';
import { findDueTraces, withoutOrganizations } from './find-due.ts';
import { hidden, type StoredTrace, type Traces } from './stored-trace.ts';
import { swapTraces } from './swap-traces.ts';

/** Traces and when they run next. Methods throw `unavailable` while the database is away. */
export function createTraceRepository(connection: Connection): TraceRepository {
  const traces = collectionOf<StoredTrace>(connection, 'traces');
  return shield<TraceRepository>({
    get: (id) => traces.findOne({ _id: requireText(id, 'id') }, { projection: hidden, ...forWork }),
    getMany: async (ids) => {
      if (ids.length === 0) return [];
      const filter = { _id: { $in: requireTexts(ids, 'id') } };
      return traces.find(filter, { projection: hidden, ...forWork }).toArray();
    },
    swap: (changes) => swapTraces(traces, changes),
    findTracing: async (via, numbers) => {
      if (numbers.length === 0) return [];
      const named = { via: requireText(via, 'via'), number: { $in: requireTexts(numbers, 'number') } };
      const found = await traces.find(named, { projection: hidden, ...forWork }).toArray();
      return found.filter(({ tracing }) => tracing);
    },
    findActiveByNumbers: (orgId, svcId, numbers) => findActive(traces, { orgId, svcId, numbers }),
    findTraced: (via, range, limit) => findTraced(traces, { via, ...range, limit }),
    ...ofTenants(traces),
    ...scheduling(traces),
    ...outboxes(traces),
    ...figures(traces),
  });
}

async function findTraced(
  traces: Traces,
  wanted: { via: string; after: string | null; since: Date; until: Date; limit: number },
): Promise<TraceDoc[]> {
  const { after, since, until, limit } = wanted;
  const filter = {
    ...(after === null ? {} : { _id: { $gt: requireText(after, 'after') } }),
    via: requireText(wanted.via, 'via'),
    lastTracedAt: { $gte: requireDate(since, 'since') },
    tripStartedAt: { $lt: requireDate(until, 'until') },
  };
  const options = { projection: hidden, sort: { _id: 1 }, limit: requireLimit(limit), ...forWork } as const;
  return traces.find(filter, options).toArray();
}

function ofTenants(traces: Traces): Pick<TraceRepository, 'find' | 'list'> {
  const collection = guardCollection(traces);
  return {
    find: (tenant, id) => {
      const own = { _id: requireText(id, 'id'), ...scopeOf(tenant) };
      return collection.findOne(own, { projection: hidden, ...forClients });
    },
    list: async (tenant, filters, page) => {
      const filter = { ...scopeOf(tenant), ...readFilters(filters) };
      return readPageByCreation({ collection, kind: 'traces', filter, page, hide: hidden });
    },
  };
}

function readFilters(filters: TraceFilters): mongo.Filter<StoredTrace> {
  const { status, providerId, siteId, number, overdueBefore } = filters;
  return {
    ...(number === undefined ? {} : { number: requireText(number, 'number') }),
    ...(status === undefined ? {} : showing(requireText(status, 'status'))),
    ...(providerId === undefined ? {} : { providerId: requireText(providerId, 'providerId') }),
    ...(siteId === undefined ? {} : { siteId: siteId === '' ? '' : requireText(siteId, 'siteId') }),
    ...(overdueBefore === undefined ? {} : { nextTraceAt: dueBy(overdueBefore) }),
  };
}

/** Traces that show this status: what was given up is `stopped`, whatever was known. */
function showing(status: string): mongo.Filter<StoredTrace> {
  const givenUp = stopReasons.filter((reason) => !storyEnds.includes(reason));
  if (status === 'stopped') return { stopReason: { $in: givenUp } };
  const known = status === 'not_found' ? { $in: [status, null] } : status;
  return { 'state.status': known, stopReason: { $in: [null, ...storyEnds] } };
}

async function findActive(
  traces: Traces,
  { orgId, svcId, numbers }: { orgId: string; svcId: string; numbers: readonly string[] },
): ReturnType<TraceRepository['findActiveByNumbers']> {
  if (numbers.length === 0) return [];
  const filter = {
    orgId: requireText(orgId, 'orgId'),
    svcId: requireText(svcId, 'svcId'),
    number: { $in: requireTexts(numbers, 'number') },
  };
  const fields = { number: 1, providerId: 1, siteId: 1, service: 1, isTest: 1, tracing: 1 } as const;
  const found = await traces.find(filter, { projection: fields, ...forWork }).toArray();
  // Chosen here: few traces bear a number, and one more condition would keep some engines from the index.
  return found.filter(({ tracing }) => tracing).map(({ tracing: _, ...active }) => active);
}

function scheduling(traces: Traces): Pick<TraceRepository, 'findDue' | 'lease' | 'release' | 'clearLeases'> {
  return {
    findDue: (via, now, { limit, withoutOrgIds = [] }) =>
      findDueTraces(traces, {
        via: requireText(via, 'via'),
        now: requireDate(now, 'now'),
        limit: requireLimit(limit),
        withoutOrgIds,
      }),
    lease: async (ids, until, now) => {
      if (ids.length === 0) return;
      const free = { _id: { $in: requireTexts(ids, 'id') }, pumpAt: dueBy(now) };
      const queuedUntil = requireDate(until, 'until');
      await traces.updateMany(free, { $set: { queuedUntil, pumpAt: queuedUntil } }, quick);
    },
    release: async (ids) => {
      if (ids.length === 0) return;
      const leased = { _id: { $in: requireTexts(ids, 'id') }, queuedUntil: isSet };
      await traces.updateMany(leased, released, quick);
    },
    clearLeases: async (via) => {
      const ofQueue = via === undefined ? {} : { via: requireText(via, 'via') };
      await traces.updateMany({ queuedUntil: isSet, ...ofQueue }, released, quick);
    },
  };
}

/** A lease that ended: due again as planned. */
const released = [{ $set: { queuedUntil: null, pumpAt: '$nextTraceAt' } }];

function outboxes(traces: Traces): Pick<TraceRepository, 'clearOutbox' | 'findWithOutbox'> {
  return {
    clearOutbox: async (id, eventIds) => {
      await traces.updateOne({ _id: requireText(id, 'id') }, without(requireTexts(eventIds, 'id')), durable);
    },
    findWithOutbox: async (before, limit) => {
      const options = { projection: { _id: 1 }, sort: { outboxAt: 1 }, ...forWork } as const;
      const waiting = traces.find({ outboxAt: dueBy(before) }, { ...options, limit: requireLimit(limit) });
      return (await waiting.toArray()).map(({ _id }) => ({ id: _id }));
    },
  };
}

function figures(traces: Traces): Pick<TraceRepository, 'countOverdue' | 'countTracing'> {
  return {
    countOverdue: (before, paused = nobodyPaused) =>
      traces.countDocuments({ nextTraceAt: dueBy(before), ...notPaused(paused) }, forWork),
    countTracing: async () => {
      // Both conditions hold for every active trace: they let the index of the pump answer alone.
      const active = { via: { $gt: '' }, pumpAt: isSet };
      const groups = [{ $match: active }, { $group: { _id: '$via', count: { $sum: 1 } } }];
      const rows = await traces.aggregate<{ _id: string; count: number }>(groups, forWork).toArray();
      return Object.fromEntries(rows.map(({ _id, count }) => [_id, count]));
    },
  };
}

function notPaused({ providers, organizations }: Paused): mongo.Filter<StoredTrace> {
  const vias = requireTexts([...providers.keys()], 'via');
  return {
    ...(vias.length === 0 ? {} : { via: { $nin: vias } }),
    ...withoutOrganizations([...organizations.keys()]),
  };
}

function dueBy(time: Date): { $gt: Date; $lte: Date } {
  return { ...isSet, $lte: requireDate(time, 'time') };
}

/** Takes these events out of the outbox, and `outboxAt` with the last one, in one update. */
function without(eventIds: string[]): mongo.Document[] {
  const isOther = { $not: [{ $in: ['$$this._id', { $literal: eventIds }] }] };
  const isEmpty = { $eq: [{ $size: '$outbox' }, 0] };
  return [
    { $set: { outbox: { $filter: { input: '$outbox', cond: isOther } } } },
    { $set: { outboxAt: { $cond: [isEmpty, '$$REMOVE', '$outboxAt'] } } },
  ];
}
