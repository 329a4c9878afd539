import { deliveryStates } from '@envase/contracts';
import type { Connection, mongo } from 'mongoose';
import { requireDate, requireText, requireTexts } from '../check-values.ts';
import { forWork } from '../concerns.ts';
import type { DeliveryDoc } from '../deliveries/delivery-documents.ts';
import type { EventDoc, TraceDoc, WebhookDoc } from '../documents.ts';
import { firstId, idsBetween } from '../events/ids-between.ts';
import { shield } from '../failures.ts';
import { collectionOf } from '../models.ts';
import { ownScopeOf, scopeOf } from '../tenancy.ts';
import type {
  FreeDayTrace,
  ReportedDelivery,
  ReportRepository,
  ReportScope,
  ToldEvent,
} from './report-documents.ts';

const toldFields = {
  traceId: 1,
  action: 1,
  createdAt: 1,
  'payload.providerId': 1,
  'payload.siteId': 1,
  'payload.destination.siteId': 1,
  'payload.events.code': 1,
  'payload.events.eventDate': 1,
  'payload.events.data': 1,
  'payload.freshness.stale': 1,
  'payload.code': 1,
  'payload.affected.count': 1,
} as const;

const freeDayFields = {
  providerId: 1,
  siteId: 1,
  tracing: 1,
  'state.events': 1,
  'state.lastFreeDay': 1,
  'state.destination': 1,
} as const;

const deliveryFields = {
  webhookId: 1,
  state: 1,
  attemptCount: 1,
  createdAt: 1,
  deliveredAt: 1,
  'rounds.attemptCount': 1,
} as const;

/** Cursors for reports, each along an index that is there for lists. Methods throw `unavailable` while the database is away. */
export function createReportRepository(connection: Connection): ReportRepository {
  const events = collectionOf<EventDoc>(connection, 'events');
  const traces = collectionOf<TraceDoc>(connection, 'traces');
  const deliveries = collectionOf<DeliveryDoc>(connection, 'deliveries');
  const webhooks = collectionOf<WebhookDoc>(connection, 'webhooks');
  return shield<ReportRepository>({
    eachTold: async (who, { since, until, actions, code }, visit) => {
      const filter: mongo.Filter<EventDoc> = {
        ...grantsOf(who),
        _id: idsBetween(since, until),
        createdAt: { $gte: requireDate(since, 'since'), $lt: requireDate(until, 'until') },
        // What a client published under the same name has its id.
        clientId: null,
        isTest: false,
        action: { $in: requireTexts(actions, 'action') },
        ...(code === undefined ? {} : { 'payload.events.code': requireText(code, 'code') }),
      };
      const options = { projection: toldFields, sort: { _id: 1 }, ...forWork } as const;
      await visitAll(events.find<ToldEvent>(filter, options), visit);
    },
    eachWithFreeDay: async (who, { since, until }, visit) => {
      const days = { $gte: requireText(since, 'since'), $lt: requireText(until, 'until') };
      const filter = { ...grantsOf(who), isTest: false, 'state.lastFreeDay.earliest': days };
      const options = { projection: freeDayFields, ...forWork } as const;
      await visitAll(traces.find<FreeDayTrace>(filter, options), visit);
    },
    eachDelivery: async (who, request, visit) => {
      const { since, until, providerId, siteId } = request;
      const place = {
        ...(providerId === undefined ? {} : { 'trace.providerId': requireText(providerId, 'providerId') }),
        ...(siteId === undefined ? {} : { 'trace.siteId': requireText(siteId, 'siteId') }),
      };
      const match = {
        ...grantsOf(who),
        webhookId: { $in: requireTexts(request.webhookIds, 'webhookId') },
        // All of them: the index orders by state before the id.
        state: { $in: [...deliveryStates] },
        // It begins with the id of the event, which begins with its time.
        _id: {
          $gte: firstId(requireDate(since, 'since').getTime()),
          $lt: firstId(requireDate(until, 'until').getTime()),
        },
      };
      const stages = Object.keys(place).length === 0 ? [] : [...withTrace, { $match: place }];
      const pipeline = [{ $match: match }, ...stages, { $project: deliveryFields }];
      await visitAll(deliveries.aggregate<ReportedDelivery>(pipeline, forWork), visit);
    },
    listHooks: async (who) => {
      const filter = { ...(who === 'platform' ? {} : ownScopeOf(who)), isTest: false };
      const found = await webhooks.find(filter, { projection: { _id: 1 }, ...forWork }).toArray();
      return found.map(({ _id }) => _id).sort();
    },
  });
}

const withTrace = [
  { $lookup: { from: 'traces', localField: 'traceId', foreignField: '_id', as: 'trace' } },
] as const;

/** The grants of a tenant as a condition (quality S1); none for the platform's operator. */
function grantsOf(who: ReportScope): object {
  return who === 'platform' ? {} : scopeOf(who);
}

async function visitAll<T>(cursor: AsyncIterable<T>, visit: (one: T) => void): Promise<void> {
  for await (const one of cursor) visit(one);
}
