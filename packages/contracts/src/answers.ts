import { z } from 'zod';
import { bookingResult, containerResult, moment } from './results.ts';
import { why } from './trace-story.ts';
import {
  canonicalStatuses,
  deliveryStates,
  services,
  stopReasons,
  traceTypes,
  workflows,
} from './vocabulary.ts';

const text = z.string().nullable();

/** A trace (contract s9); `state` is the payload that a result would carry now. */
export const traceAnswer = z
  .object({
    id: z.string(),
    orgId: z.string(),
    svcId: z.string(),
    isTest: z.boolean(),
    type: z.enum(traceTypes),
    service: z.enum(services),
    number: z.string(),
    providerId: z.string(),
    siteId: z.string(),
    trip: z.int().positive(),
    status: z.enum(canonicalStatuses),
    tracing: z.boolean(),
    stopReason: z.enum(stopReasons).nullable(),
    createdAt: moment,
    lastTracedAt: moment.nullable(),
    nextTraceAt: moment.nullable(),
    why: why.nullable(),
    sequence: z.int(),
    state: z.union([bookingResult, containerResult]),
  })
  .meta({ id: 'Trace' });

/** A web-hook without its secrets (contract s6, s9). */
export const webhookAnswer = z
  .object({
    id: z.uuid(),
    url: text,
    triggers: z.array(z.string()),
    entityType: z.string(),
    eventType: z.string().meta({ description: 'The same as `entityType`' }),
    hasSigningKey: z.boolean(),
    webhookHeaders: z.array(z.object({ name: z.string(), value: z.literal('***') })),
    filters: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))),
    orgId: text,
    svcId: text,
    description: text,
    ordered: z.boolean(),
    maxInFlight: z.int(),
    isTest: z.boolean(),
    delivery: z.enum(['push', 'pull']),
    status: z.enum(['enabled', 'failing', 'disabled']),
    statusReason: text,
    createdAt: moment,
    lastSuccessAt: moment.nullable(),
    lastFailureAt: moment.nullable(),
    pending: z.int(),
    dead: z.int(),
  })
  .meta({ id: 'Webhook' });

/** A delivery as lists show it (contract s9). */
export const deliveryAnswer = z
  .object({
    id: z.string(),
    webhookId: z.uuid(),
    eventId: z.uuid(),
    traceId: text,
    sequence: z.int().nullable(),
    state: z.enum(deliveryStates),
    attemptCount: z.int(),
    dueAt: moment.nullable(),
    createdAt: moment,
    deliveredAt: moment.nullable(),
  })
  .meta({ id: 'Delivery' });

/** One delivery with its last attempts, oldest first. */
export const deliveryWithAttempts = deliveryAnswer
  .extend({
    attempts: z.array(
      z.object({
        at: moment,
        status: z.int().nullable(),
        durationMs: z.number(),
        error: text,
        answer: text.meta({ description: 'The first KiB of what the receiver answered' }),
      }),
    ),
  })
  .meta({ id: 'DeliveryWithAttempts' });

/** A provider as the catalogue has it (contract s9). */
export const providerAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    workflow: z.enum(workflows),
    services: z.array(z.enum(services)),
    sites: z.array(z.object({ id: z.string(), name: z.string(), timeZone: z.string() })),
    batchSize: z.int(),
    limits: z.object({
      perSecond: z.exactOptional(z.number()),
      perMinute: z.exactOptional(z.number()),
      perDay: z.exactOptional(z.number()),
    }),
    credentials: z.enum(['platform', 'customer']),
    dataGaps: z.array(z.string()),
    health: z.object({
      state: z.enum(['unknown', 'up', 'failing', 'down']),
      since: moment.nullable(),
      lastSuccessAt: moment.nullable(),
    }),
  })
  .meta({ id: 'Provider' });
