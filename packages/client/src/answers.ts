import type {
  CanonicalStatus,
  ContainerResult,
  DeliveryState,
  PublishItem,
  Service,
  StopReason,
  Workflow,
} from '@envase/contracts';

// The answers of contract s9 that `contracts` has as schemas only; answers.test.ts holds these equal to them.
// All times are ISO 8601 with offset.

/** An event as it was delivered or stored; `id` is the same for every retry and replay. */
export interface ReceivedEvent {
  id: string;
  orgId: string;
  svcId: string;
  /** The same as `svcId`, for older clients. */
  tmsId: string;
  type: string;
  action: string;
  origin: string;
  isTest: boolean;
  createdAt: string;
  /** Counts the events of a trace without a gap; null where there is no trace. */
  sequence: number | null;
  traceId: string | null;
  payload: Record<string, unknown>;
}

/** The event as it was stored, and what became of each item (contract s3). */
export interface EventAnswer extends ReceivedEvent {
  items: PublishItem[];
}

/** Payload of `BOOKING` `TRACE_RESULTS` (contract s4). */
export interface BookingResult
  extends Pick<
    ContainerResult,
    | 'id'
    | 'providerId'
    | 'siteId'
    | 'status'
    | 'tracedAt'
    | 'nextTraceAt'
    | 'events'
    | 'changes'
    | 'freshness'
  > {
  bookingNumber: string;
  locationCode: string | null;
  steamshipLine: string | null;
  vessel: string | null;
  vesselNumber: string | null;
  voyage: string | null;
  earliestLoading: string | null;
  arrived: string | null;
  etd: string | null;
  eta: string | null;
  departed: string | null;
  cutoff: string | null;
  reeferCutoff: string | null;
  oogCutoff: string | null;
  hazmatCutoff: string | null;
  hazmat: boolean | null;
  reefer: boolean | null;
  oogAllowed: boolean | null;
  totalContainers: number | null;
  loadedContainers: number | null;
  emptyContainers: number | null;
  bookingDetails: BookingDetail[];
  lastProviderUpdate: string | null;
}

/** One equipment line of a booking. */
export interface BookingDetail {
  temperatureRequired: string | null;
  containerIso: string | null;
  containerDescription: string | null;
  totalContainers: number | null;
  loadedContainers: number | null;
  hazmat: boolean | null;
  reefer: boolean | null;
  oogAllowed: boolean | null;
}

/** Why a trace runs when it does: the rule that won, what it looked at, and the rules that lost. */
export interface Why {
  rule: string;
  inputs: Record<string, string | number | boolean | null>;
  losers: { rule: string; reason: string }[];
}

interface TraceFacts {
  id: string;
  orgId: string;
  svcId: string;
  isTest: boolean;
  service: Service;
  number: string;
  providerId: string;
  siteId: string;
  /** From 1; a box that is published again after its story ended makes a new trip. */
  trip: number;
  status: CanonicalStatus;
  tracing: boolean;
  /** Null while it is traced. */
  stopReason: StopReason | null;
  createdAt: string;
  lastTracedAt: string | null;
  nextTraceAt: string | null;
  /** Why it runs next when it does; null before it was ever planned. */
  why: Why | null;
  sequence: number;
}

/** What is known of one box at one provider; `state` is the payload that a result would carry now. */
export type Trace = TraceFacts &
  ({ type: 'CONTAINER'; state: ContainerResult } | { type: 'BOOKING'; state: BookingResult });

/** A web-hook as its owner sees it: never a key, and `***` for the values of its headers. */
export interface Webhook {
  id: string;
  /** Null where deliveries are only pulled. */
  url: string | null;
  triggers: string[];
  entityType: string;
  /** The same as `entityType`. */
  eventType: string;
  hasSigningKey: boolean;
  webhookHeaders: { name: string; value: '***' }[];
  filters: Record<string, string | number | boolean | null>[];
  orgId: string | null;
  svcId: string | null;
  description: string | null;
  ordered: boolean;
  maxInFlight: number;
  isTest: boolean;
  delivery: 'push' | 'pull';
  status: 'enabled' | 'failing' | 'disabled';
  statusReason: string | null;
  createdAt: string;
  lastSuccessAt: string | null;
  lastFailureAt: string | null;
  pending: number;
  dead: number;
}

/** What a receiver said to a sample (contract s9, hook test). */
export interface HookTest {
  delivered: boolean;
  status: number | null;
  durationMs: number;
  error: string | null;
  /** The first 1 KiB of its answer. */
  answer: string | null;
}

/** One event on its way to one web-hook. */
export interface Delivery {
  id: string;
  webhookId: string;
  eventId: string;
  traceId: string | null;
  sequence: number | null;
  state: DeliveryState;
  attemptCount: number;
  dueAt: string | null;
  createdAt: string;
  deliveredAt: string | null;
}

export interface DeliveryWithAttempts extends Delivery {
  /** Oldest first. */
  attempts: {
    at: string;
    status: number | null;
    durationMs: number;
    error: string | null;
    /** The first 1 KiB of the receiver's answer. */
    answer: string | null;
  }[];
}

/** A delivery that was pulled; `cursor` is what to give as `after` once it is handled. */
export interface PulledDelivery {
  id: string;
  cursor: string;
  event: ReceivedEvent;
}

/** A provider of the catalogue (contract s9). */
export interface Provider {
  id: string;
  name: string;
  workflow: Workflow;
  services: Service[];
  sites: { id: string; name: string; timeZone: string }[];
  /** Most numbers in one request to it. */
  batchSize: number;
  limits: { perSecond?: number; perMinute?: number; perDay?: number };
  /** Whose login is used. */
  credentials: 'platform' | 'customer';
  /** What this source never says. */
  dataGaps: string[];
  health: {
    state: 'unknown' | 'up' | 'failing' | 'down';
    since: string | null;
    lastSuccessAt: string | null;
  };
}
