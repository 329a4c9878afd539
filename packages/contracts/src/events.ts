import type {
  CanonicalStatus,
  EventCode,
  FeeType,
  ItemOutcome,
  NumberVerdict,
  StopReason,
  TraceErrorCode,
} from './vocabulary.ts';

/** One item of a publish's answer (contract s3). */
export interface PublishItem {
  id: string;
  normalizedId: string | null;
  traceId: string | null;
  traceIds?: string[];
  outcome: ItemOutcome;
  verdict: NumberVerdict;
  warnings: ItemWarning[];
  reason?: string;
}

export interface ItemWarning {
  code: 'wrong_check_digit' | 'also_traced';
  message: string;
  suggestion?: string;
  traceIds?: string[];
}

export interface EventLocation {
  type: string;
  siteId: string | null;
  name: string | null;
  lot?: string;
}

/** One status event of a result (contract s4). `eventDate` is when we first recorded it, never when it happened. */
export interface StatusEvent {
  code: EventCode;
  eventDate: string;
  date: string;
  location: EventLocation | null;
  data: Record<string, unknown>;
}

export interface Change {
  field: string;
  previous: unknown;
  current: unknown;
}

export interface Fee {
  type: FeeType;
  amount: string;
  currency: string;
  paidThrough: string | null;
}

export interface LastFreeDay {
  line: string | null;
  terminal: string | null;
  rail: string | null;
  earliest: string | null;
}

export interface Freshness {
  observedAt: string | null;
  providerUpdatedAt: string | null;
  stale: boolean;
}

export interface Carrier {
  type: 'vessel' | 'rail' | 'truck';
  steamshipLine: string | null;
  vessel: string | null;
  voyage: string | null;
}

export interface Destination {
  type: 'terminal' | 'rail';
  siteId: string | null;
  name: string | null;
}

/** Payload of `CONTAINER` `TRACE_RESULT`, `TRACE_EXPORT_RESULT` and `TRACE_EMPTY_RESULT` (contract s4). */
export interface ContainerResult {
  containerNumber: string;
  id: string;
  description: string | null;
  length: string | null;
  isoType: string | null;
  tracedAt: string | null;
  nextTraceAt: string | null;
  loaded: 'laden' | 'empty' | null;
  steamshipBL: string | null;
  pickupNumber: string | null;
  carrier: Carrier | null;
  providerId: string;
  siteId: string;
  destination: Destination | null;
  status: CanonicalStatus;
  events: StatusEvent[];
  changes: Change[];
  lastFreeDay: LastFreeDay;
  fees: Fee[];
  freshness: Freshness;
}

/** Payload of `TRACE_STOPPED` (contract s10). */
export interface StoppedResult {
  id: string;
  containerNumber?: string;
  bookingNumber?: string;
  providerId: string;
  siteId: string;
  reason: StopReason;
  stoppedAt: string;
}

/** Payload of `TRACE_ERROR` (contract s4). */
export interface TraceErrorResult {
  providerId: string;
  siteId: string;
  code: TraceErrorCode;
  message: string;
  occurredAt: string;
  retryAt: string | null;
  affected: { count: number; ids: string[] };
}

/** What an event is on the wire, apart from its payload (contract s3, s4). */
export interface EventEnvelope {
  id: string;
  orgId: string;
  svcId: string;
  type: string;
  action: string;
  origin: string;
  isTest: boolean;
  createdAt: Date;
  sequence: number | null;
  traceId: string | null;
}

export const bookingResultNames = { results: 'TRACE_RESULTS', result: 'TRACE_RESULT' } as const;

/** Names that mean the same trigger (contract s4): each row is one event under every name a hook may register. */
export const actionAliases: readonly { type: string; canonical: string; alias: string }[] = [
  { type: 'BOOKING', canonical: 'TRACE_RESULTS', alias: 'TRACE_RESULT' },
  { type: 'CONTAINER', canonical: 'TRACE_ERROR', alias: 'TRACE_ERRORS' },
  { type: 'BOOKING', canonical: 'TRACE_ERROR', alias: 'TRACE_ERRORS' },
];

/**
 * The event as JSON text: what web-hooks receive and `GET /api/events` answers. `payload` as text is spliced in as
 * it stands, so a publish comes back value for value; `action` is the name the receiver registered.
 */
export function renderEvent(
  event: EventEnvelope & { payload: string | object },
  action = event.action,
): string {
  const head = {
    id: event.id,
    orgId: event.orgId,
    svcId: event.svcId,
    tmsId: event.svcId,
    type: event.type,
    action,
    origin: event.origin,
    isTest: event.isTest,
    createdAt: event.createdAt.toISOString(),
    sequence: event.sequence,
    traceId: event.traceId,
  };
  const payload = typeof event.payload === 'string' ? event.payload : JSON.stringify(event.payload);
  return `${JSON.stringify(head).slice(0, -1)},"payload":${payload}}`;
}
