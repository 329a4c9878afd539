import type {
  Grant,
  PublishItem,
  Scope,
  Service,
  StopReason,
  TraceErrorCode,
  TraceOrder,
  TraceType,
  TraceUntil,
  WebhookFilter,
} from '@envase/contracts';
import type { Breaker, Observed, PriorityClass, TraceState, Why } from '@envase/domain';
import type { WebhookNotice, WebhookReplay } from './webhooks/webhook-debts.ts';

/** Work an event still owes: fan-out to web-hooks, and applying it to traces. */
export type Owed = 'hooks' | 'trace';

/** The append-only log: every publish, every result. */
export interface EventDoc {
  /** UUIDv7. */
  _id: string;
  orgId: string;
  svcId: string;
  /** Who published it; null for what the platform says. */
  clientId: string | null;
  type: string;
  action: string;
  origin: string;
  isTest: boolean;
  /** A publish's payload as its JSON text (any key is legal there); a result's as a document. */
  payload: string | object;
  traceId: string | null;
  sequence: number | null;
  createdAt: Date;
  todo: Owed[];
  /** There only while something is owed; when the pump looks again. */
  dueAt?: Date;
  /** `id` is unique: hash of (client, organization, service, route, key). */
  idem?: { id: string; bodyHash: string };
  order?: StoredOrder;
  /** The answer's `items[]`, kept so that a repeat answers the same. */
  items?: PublishItem[];
  /** Of what is told about one client's hook: only that client's other hooks hear it. */
  about?: { clientId: string; webhookId: string };
}

/** A trace order with its items judged: only those that can be traced. */
export interface StoredOrder extends Omit<TraceOrder, 'items' | 'data'> {
  items: { number: string; id: string; traceId: string }[];
  /** Of a test publish: what its traces play (contract s10, test traces). */
  scenario?: string;
}

export interface WebhookKey {
  /** Sealed with the key ring, owner = hook id. */
  sealed: string;
  /** When a replaced key stops signing; null for the current one. */
  until: Date | null;
}

export interface WebhookDoc {
  /** UUID. */
  _id: string;
  clientId: string;
  url: string | null;
  triggers: string[];
  entityType: string;
  filters: WebhookFilter[];
  orgId: string | null;
  svcId: string | null;
  keys: WebhookKey[];
  headers: { name: string; sealed: string }[];
  description: string | null;
  ordered: boolean;
  maxInFlight: number;
  isTest: boolean;
  delivery: 'push' | 'pull';
  /** Unique: the same (client, url, entity, triggers, filters, org, svc) is the same hook (contract s6). */
  registration: string;
  createdAt: Date;
  updatedAt: Date;
  /** Written by webhook-delivery only. */
  health: WebhookHealth;
  replay?: WebhookReplay;
}

export interface WebhookHealth {
  status: 'enabled' | 'failing' | 'disabled';
  reason: string | null;
  lastSuccessAt: Date | null;
  lastFailureAt: Date | null;
  /** First failure since the last success. */
  failingSince: Date | null;
  consecutiveFailures: number;
  /** An open breaker sends nothing before this and uses no attempt. */
  breakerUntil: Date | null;
  notice?: WebhookNotice;
}

export interface TraceDoc {
  /** Hash of the trace key (contract s3). */
  _id: string;
  orgId: string;
  svcId: string;
  isTest: boolean;
  type: TraceType;
  service: Service;
  /** Normalized number: results name this one. */
  number: string;
  providerId: string;
  siteId: string;
  /** Whose queue runs it: the provider, or `scenario` for test traces. */
  via: string;
  /** What a test trace plays; absent for real ones. */
  scenario?: string;
  /** Of this trip, as its publisher gave it: some providers tell a box only to those who know it. Absent or null: not given. */
  billOfLading?: string | null;
  rev: number;
  trip: number;
  tracing: boolean;
  stopReason: StopReason | null;
  traceUntil: TraceUntil;
  createdAt: Date;
  tripStartedAt: Date;
  /** When the trips before this one began, oldest first, at most 20; absent in the first trip. */
  earlierTrips?: Date[];
  /** When a client last resumed this trip; absent or null: never. */
  resumedAt?: Date | null;
  lastTracedAt: Date | null;
  /** Written only by plan, force and stop; null only when tracing has ended. */
  nextTraceAt: Date | null;
  why: Why;
  /** Why the last trace ran when it did. */
  lastWhy: Why | null;
  priority: PriorityClass;
  /** The pump's lease. */
  queuedUntil: Date | null;
  forceSeq: number;
  /** When the newest forced run was, or is, due: the floor counts from here. */
  forcedAt: Date | null;
  settledForceSeq: number;
  /** Newest observation already folded in, and how often it had been seen then. */
  settled: { observationId: string; times: number } | null;
  failures: number;
  notFoundCount: number;
  /** Last events applied, at most 8. */
  applied: string[];
  lastCommandId: string;
  seq: number;
  outbox: EventDoc[];
  /** There only while the outbox holds something. */
  outboxAt?: Date;
  state: TraceState | null;
  /** What is outstanding at a provider that answers later; absent at those that answer at once. */
  awaiting?: Awaiting | null;
  /** What the last answer said that cannot be true of this trip; absent or null where it said nothing of the kind. */
  quarantined?: QuarantinedFacts | null;
}

/** Facts that were left out of a trace's state, and are told to nobody. */
export interface QuarantinedFacts {
  /** The answer that says them. */
  observationId: string;
  /** In words, at most 5. */
  facts: string[];
}

/** An order or subscription that a provider took for this trip of a box. */
export interface Awaiting {
  /** The provider's own id of it. */
  reference: string;
  /** When it was placed. */
  since: Date;
  /** When the provider is asked for what came of it. */
  lookAt: Date;
}

export interface FailureReport {
  code: TraceErrorCode;
  message: string;
  retryAt: Date | null;
  /** Only on one trace of each (organization, service, type, site) of the attempt, and only when the window is new. */
  tell: { count: number; ids: string[] } | null;
}

/** What is outstanding after an observation, and when to look again: `waitMs`, real milliseconds, after it was last seen. */
export interface Receipt {
  /** Of the order or subscription; null when nothing is outstanding any more. */
  reference: string | null;
  /** Null: the cadence of the box decides. */
  waitMs: number | null;
  /** Names the wait in `why`. */
  rule: string;
}

export interface ObservationDoc {
  /** `<traceId>~<uuidv7>`. */
  _id: string;
  traceId: string;
  /** A receipt says only that an order stands. */
  kind: 'answer' | 'failure' | 'receipt';
  observedAt: Date;
  /** The same answer again moves `lastAt` and adds to `times`. */
  lastAt: Date;
  times: number;
  /** Hash of the slice (answers) or of the failure. */
  hash: string;
  mapperVersion: string;
  /** This container's slice only, as deflated JSON; null for failures. */
  raw: Uint8Array | null;
  normalized: Observed | null;
  failure: FailureReport | null;
  /** Of receipts, and of answers of providers that take orders; absent: it says nothing of them. */
  receipt?: Receipt;
  /** The trace's `forceSeq` that the run saw before it asked. */
  forceSeq: number;
}

/** What a provider sent us by itself: the raw body, kept before it is answered (contract s8). */
export interface InboxDoc {
  /** UUIDv7. */
  _id: string;
  providerId: string;
  /** Below `/tracehooks/<provider>`. */
  path: string;
  contentType: string | null;
  body: Uint8Array;
  receivedAt: Date;
  /** There only while it is owed: to be parsed, then to be settled; when the pump looks again. */
  dueAt?: Date;
  /** When what it says was observed. */
  parsedAt?: Date;
  /** The traces that it was about; a box nobody traces has none. */
  traceIds?: string[];
  /** Why it could not be read; it is kept all the same. */
  fault?: string;
}

export interface ProviderStateDoc {
  /** Provider id, or `<provider>~<credential>`, or an error window's key. */
  _id: string;
  rev: number;
  breaker?: Breaker;
  lastSuccessAt?: Date | null;
  lastFailureAt?: Date | null;
  /** Error windows: when each code was last told. */
  told?: Record<string, Date>;
  budget?: { day: string; used: number };
  /** Of a credential whose results are retrieved in turn. */
  retrieval?: RetrievalState;
}

export interface RetrievalState {
  /** The provider's own, moved only when what came before it is stored; null before the first. */
  cursor: string | null;
  dueAt: Date;
  /** Traces of the last results: settled for certain before they are forgotten. */
  traceIds: string[];
}

/** A client (contract s1). `deleted` is a tombstone: resource servers must learn that it is gone. */
export interface ClientDoc {
  _id: string;
  name: string;
  status: 'active' | 'disabled' | 'deleted';
  scopes: Scope[];
  grants: Grant[];
  /** Keyed hashes, newest first, at most two; none on a tombstone. */
  secrets: { hash: string; createdAt: Date }[];
  createdAt: Date;
  /** Rises with every change: the revision of the compare-and-set and the marker of the reload. */
  changedAt: Date;
  /** Tokens issued before this are refused. */
  revokedBefore: Date | null;
}

/** A key that signs tokens. Which one is current follows from the times alone. */
export interface SigningKeyDoc {
  /** The slot: `k1`, `k2`, … */
  _id: string;
  /** RFC 7638 thumbprint. */
  kid: string;
  publicKey: { n: string; e: string };
  /** PKCS #8 PEM, sealed with the key ring, owner = `kid`. */
  sealedPrivateKey: string;
  createdAt: Date;
  /** Null for the next key, which does not sign yet. */
  activeFrom: Date | null;
}

/** A revoked token, kept until it would have expired anyway. */
export interface RevocationDoc {
  /** The token's `jti`. */
  _id: string;
  clientId: string;
  revokedAt: Date;
  expiresAt: Date;
}
