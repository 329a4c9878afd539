import { z } from 'zod';

/** Codes of `payload.events[]` (contract s4). Clients ignore codes they do not know. */
export const eventCodes = [
  'eta',
  'arrived',
  'discharged',
  'grounded',
  'hold',
  'fee',
  'available',
  'lfd',
  'released',
  'appointment',
  'outgated',
  'returned',
  'appointment-ready',
  'completed',
  'cancelled',
] as const;
export type EventCode = (typeof eventCodes)[number];

/** Kinds of a standing hold (contract s4, `hold`). */
export const holdTypes = ['customs', 'line', 'freight', 'usda', 'terminal', 'other'] as const;
export type HoldType = (typeof holdTypes)[number];

/** Kinds of a fee (contract s4, `fee`). */
export const feeTypes = ['demurrage', 'exam', 'other'] as const;
export type FeeType = (typeof feeTypes)[number];

/** Canonical status (contract s5), derived from observations and never the only truth. */
export const canonicalStatuses = [
  'not_found',
  'booked',
  'on_vessel',
  'vessel_arrived',
  'discharged',
  'on_hold',
  'available',
  'appointment_set',
  'outgated',
  'on_rail',
  'rail_arrived',
  'grounded',
  'rail_available',
  'delivered',
  'empty_returned',
  'export_ready',
  'export_ingated',
  'loaded',
  'departed',
  'stopped',
] as const;
export type CanonicalStatus = (typeof canonicalStatuses)[number];

/** Why tracing ended (contract s4, `TRACE_STOPPED`). */
export const stopReasons = [
  'outgated',
  'completed',
  'departed',
  'empty_returned',
  'stopped_by_client',
  'not_found_expired',
  'max_age',
  'invalid_number',
] as const;
export type StopReason = (typeof stopReasons)[number];

/** Reasons with which a box's story ends: its status stays. With any other the trace was given up and is `stopped`. */
export const storyEnds: readonly StopReason[] = ['outgated', 'completed', 'departed', 'empty_returned'];

/** Codes of a `TRACE_ERROR` (contract s10, row "window and codes of errors"). */
export const traceErrorCodes = [
  'provider_unavailable',
  'provider_timeout',
  'provider_answer',
  'login_failed',
  'rate_limited',
] as const;
export type TraceErrorCode = (typeof traceErrorCodes)[number];

/** What a provider can be asked for (contract s10, `services[]`). */
export const services = ['availability', 'export', 'empty', 'booking', 'appointment'] as const;
export type Service = (typeof services)[number];

/** How a container number was judged (contract s3). `rejected` stands for a number that cannot be traced. */
export const numberVerdicts = [
  'ok',
  'missing_check_digit',
  'wrong_check_digit',
  'not_iso6346',
  'rejected',
] as const;
export type NumberVerdict = (typeof numberVerdicts)[number];

/** What a publish did for one item (contract s3). */
export const itemOutcomes = [
  'tracking',
  'forced',
  'already_tracking',
  'stopped',
  'resumed',
  'rejected',
] as const;
export type ItemOutcome = (typeof itemOutcomes)[number];

/** When the tracing of an import container ends (contract s3, `traceUntil`). */
export const traceUntils = ['outgated', 'empty_returned'] as const;
export type TraceUntil = (typeof traceUntils)[number];

export const workflows = ['real_time', 'publish_retrieve', 'request_delayed', 'publish_notify'] as const;
export type Workflow = (typeof workflows)[number];

/** Life of a delivery (contract s10, row "deliveries"). */
export const deliveryStates = ['pending', 'retrying', 'delivered', 'dead', 'cancelled'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** Scopes a client can hold (contract s1). */
export const scopes = ['connectdata/events', 'connectdata/admin'] as const;
export type Scope = (typeof scopes)[number];

/** Entities and actions that mean something to the tracer; everything else passes through. */
export const traceTypes = ['CONTAINER', 'BOOKING'] as const;
export type TraceType = (typeof traceTypes)[number];

/** Ids of organizations, services and clients: opaque, printable, without blanks. */
export const opaqueId = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[\x21-\x7e]+$/, 'only visible ASCII characters without blanks');
