import { z } from 'zod';
import {
  canonicalStatuses,
  eventCodes,
  feeTypes,
  itemOutcomes,
  numberVerdicts,
  stopReasons,
  traceErrorCodes,
} from './vocabulary.ts';

/** ISO 8601 with offset (contract s2). */
export const moment = z.iso.datetime({ offset: true });

const text = z.string().nullable();
const open = z.looseObject({});

export const itemWarning = z.object({
  code: z.enum(['wrong_check_digit', 'also_traced']),
  message: z.string(),
  suggestion: z.exactOptional(z.string()),
  traceIds: z.exactOptional(z.array(z.string())),
});
export type ItemWarning = z.output<typeof itemWarning>;

/** One item of a publish's answer (contract s3). */
export const publishItem = z
  .object({
    id: z.string(),
    normalizedId: text,
    traceId: text,
    traceIds: z.exactOptional(z.array(z.string())),
    outcome: z.enum(itemOutcomes),
    verdict: z.enum(numberVerdicts),
    warnings: z.array(itemWarning),
    reason: z.exactOptional(z.string()),
  })
  .meta({ id: 'PublishItem' });
export type PublishItem = z.output<typeof publishItem>;

export const eventLocation = z.object({
  type: z.string(),
  siteId: text,
  name: text,
  lot: z.exactOptional(z.string()),
});
export type EventLocation = z.output<typeof eventLocation>;

/** One status event of a result (contract s4). `eventDate` is when we first recorded it, never when it happened. */
export const statusEvent = z
  .object({
    code: z.enum(eventCodes),
    eventDate: moment,
    date: moment,
    location: eventLocation.nullable(),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'StatusEvent' });
export type StatusEvent = z.output<typeof statusEvent>;

/** What is different from the previous result: `field` is a path such as `lastFreeDay.terminal` (contract s10). */
export const change = z
  .object({ field: z.string(), previous: z.unknown(), current: z.unknown() })
  .meta({ id: 'Change' });
export type Change = z.output<typeof change>;

export const fee = z
  .object({ type: z.enum(feeTypes), amount: z.string(), currency: z.string(), paidThrough: text })
  .meta({ id: 'Fee' });
export type Fee = z.output<typeof fee>;

export const lastFreeDay = z.object({ line: text, terminal: text, rail: text, earliest: text });
export type LastFreeDay = z.output<typeof lastFreeDay>;

export const freshness = z.object({ observedAt: text, providerUpdatedAt: text, stale: z.boolean() });
export type Freshness = z.output<typeof freshness>;

export const carrier = z.object({
  type: z.enum(['vessel', 'rail', 'truck']),
  steamshipLine: text,
  vessel: text,
  voyage: text,
});
export type Carrier = z.output<typeof carrier>;

export const destination = z.object({ type: z.enum(['terminal', 'rail']), siteId: text, name: text });
export type Destination = z.output<typeof destination>;

/** What the result of every service carries (contract s10, row "shapes"). */
const everyResult = {
  id: z.string(),
  providerId: z.string(),
  siteId: z.string(),
  status: z.enum(canonicalStatuses),
  tracedAt: moment.nullable(),
  nextTraceAt: moment.nullable(),
  events: z.array(statusEvent),
  changes: z.array(change),
  freshness,
};

/** Payload of `CONTAINER` `TRACE_RESULT`, `TRACE_EXPORT_RESULT` and `TRACE_EMPTY_RESULT` (contract s4). */
export const containerResult = z
  .object({
    ...everyResult,
    containerNumber: z.string(),
    description: text,
    length: text.meta({ description: 'Feet' }),
    isoType: text,
    loaded: z.enum(['laden', 'empty']).nullable(),
    steamshipBL: text,
    pickupNumber: text,
    carrier: carrier.nullable(),
    destination: destination.nullable(),
    lastFreeDay,
    fees: z.array(fee),
  })
  .meta({ id: 'ContainerResult' });
export type ContainerResult = z.output<typeof containerResult>;

const equipment = {
  totalContainers: z.number().nullable(),
  loadedContainers: z.number().nullable(),
  hazmat: z.boolean().nullable(),
  reefer: z.boolean().nullable(),
  oogAllowed: z.boolean().nullable(),
};

/** Payload of `BOOKING` `TRACE_RESULTS` (contract s4; evidence 8.3). */
export const bookingResult = z
  .object({
    ...everyResult,
    ...equipment,
    bookingNumber: z.string(),
    locationCode: text,
    steamshipLine: text,
    vessel: text,
    vesselNumber: text,
    voyage: text,
    earliestLoading: text,
    arrived: text,
    etd: text,
    eta: text,
    departed: text,
    cutoff: text,
    reeferCutoff: text,
    oogCutoff: text,
    hazmatCutoff: text,
    emptyContainers: z.number().nullable(),
    bookingDetails: z.array(
      z.object({
        ...equipment,
        temperatureRequired: text,
        containerIso: text,
        containerDescription: text,
      }),
    ),
    lastProviderUpdate: text,
  })
  .meta({ id: 'BookingResult' });

/** Payload of `TRACE_STOPPED` (contract s10). */
export const stoppedResult = z
  .object({
    id: z.string(),
    containerNumber: z.exactOptional(z.string()),
    bookingNumber: z.exactOptional(z.string()),
    providerId: z.string(),
    siteId: z.string(),
    reason: z.enum(stopReasons),
    stoppedAt: moment,
  })
  .meta({ id: 'StoppedResult' });
export type StoppedResult = z.output<typeof stoppedResult>;

/** Payload of `TRACE_ERROR` (contract s4). */
export const traceErrorResult = z
  .object({
    providerId: z.string(),
    siteId: z.string(),
    code: z.enum(traceErrorCodes),
    message: z.string(),
    occurredAt: moment,
    retryAt: moment.nullable(),
    affected: z.object({ count: z.int(), ids: z.array(z.string()).max(100) }),
  })
  .meta({ id: 'TraceErrorResult' });
export type TraceErrorResult = z.output<typeof traceErrorResult>;

/** An event as it is answered and delivered, apart from its payload (contract s3, s4). */
const told = {
  id: z.uuid().meta({ description: 'Stable for retries and replays' }),
  orgId: z.string(),
  svcId: z.string(),
  tmsId: z.string().meta({ description: 'The same as `svcId`' }),
  origin: z.string(),
  isTest: z.boolean(),
  createdAt: moment,
  sequence: z.int().nullable().meta({
    description: 'Counts the events of a trace from 1 without a gap; null where an event has no trace',
  }),
  traceId: text,
};

/** An event of any type with any payload (contract s7). */
export const storedEvent = z
  .object({ ...told, type: z.string(), action: z.string(), payload: open })
  .meta({ id: 'Event' });

/** The answer to a publish: the event with what became of each item (contract s3). */
export const publishedEvent = z
  .object({ ...told, type: z.string(), action: z.string(), payload: open, items: z.array(publishItem) })
  .meta({ id: 'PublishedEvent' });

/** The schema of one kind of event, as its receivers get it; `actions` are the names it may come under. */
export function eventOf<P extends z.ZodType>(kind: { type: string; actions: readonly string[]; payload: P }) {
  const { type, actions, payload } = kind;
  return z.object({ ...told, type: z.literal(type), action: z.enum(actions), payload });
}
