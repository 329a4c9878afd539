import type { Grant } from '@envase/contracts';
import type { Paused } from '@envase/domain';
import type { AuditRepository } from './audit/audit-documents.ts';
import type { DeliveryRepository } from './deliveries/delivery-documents.ts';
import type {
  ClientDoc,
  EventDoc,
  InboxDoc,
  ObservationDoc,
  Owed,
  ProviderStateDoc,
  RevocationDoc,
  SigningKeyDoc,
  TraceDoc,
  WebhookDoc,
  WebhookHealth,
} from './documents.ts';
import type { IdempotencyRepository } from './idempotency/idempotency-documents.ts';
import type { CadenceRuleRepository, PauseRepository } from './operator-lists/operator-list-documents.ts';
import type { ReportRepository } from './reports/report-documents.ts';
import type { UsageRepository } from './usage/usage-documents.ts';
import type { WebhookDebts } from './webhooks/webhook-debts.ts';

/** Who asks. Every tenant-scoped read takes one and puts its grants in the filter (quality S1). */
export interface Tenant {
  clientId: string;
  grants: readonly Grant[];
}

export interface PageRequest {
  limit: number;
  cursor?: string | undefined;
}

export interface PageOf<T> {
  items: T[];
  nextCursor: string | null;
}

export type PublishRepeat = { outcome: 'replayed'; event: EventDoc } | { outcome: 'mismatch' };
export type PublishInsert = { outcome: 'created' } | PublishRepeat;

export interface EventFilters {
  type?: string | undefined;
  action?: string | undefined;
  orgId?: string | undefined;
  svcId?: string | undefined;
  /** The id of one event. */
  id?: string | undefined;
  traceId?: string | undefined;
  /** `createdAt` from here, inclusive. */
  since?: Date | undefined;
  /** `createdAt` up to here, exclusive. */
  until?: Date | undefined;
}

export type NamedOrder = { traceIds: readonly string[] } | { number: string };

export interface EventRepository {
  /** Durable (majority, journaled) when it resolves; a key used in the last 7 days answers its first event. */
  insertPublished(event: EventDoc): Promise<PublishInsert>;
  /** What `insertPublished` would answer a repeat, without an event to insert; null while the key is free. */
  findRepeat(idem: NonNullable<EventDoc['idem']>, now: Date): Promise<PublishRepeat | null>;
  /** In order; an id that is already there is left alone. */
  insertResults(events: readonly EventDoc[]): Promise<void>;
  get(id: string): Promise<EventDoc | null>;
  getMany(ids: readonly string[]): Promise<EventDoc[]>;
  /** Owing events whose time has come, oldest first. */
  findOwing(what: Owed, now: Date, limit: number): Promise<{ id: string }[]>;
  /** Removes one debt, and `dueAt` with the last of them. */
  settleOwed(id: string, what: Owed): Promise<void>;
  /** The pump has queued these: look again at `dueAt`. */
  postpone(ids: readonly string[], dueAt: Date): Promise<void>;
  /** Whether an event of the trace below this sequence still owes its fan-out. */
  owesHooksBelow(traceId: string, sequence: number): Promise<boolean>;
  /** Whether one of the newest 500 orders not applied yet names one of these traces, or this box. */
  owesTrace(tenant: Tenant, of: NamedOrder): Promise<boolean>;
  list(tenant: Tenant, filters: EventFilters, page: PageRequest): Promise<PageOf<EventDoc>>;
  find(tenant: Tenant, id: string): Promise<EventDoc | null>;
  /** What a trace told, its events with a `sequence`, newest first. */
  listHistory(tenant: Tenant, traceId: string, page: PageRequest): Promise<PageOf<EventDoc>>;
  /** The newest of them up to a moment, and the newest that is a result. */
  findTold(
    tenant: Tenant,
    traceId: string,
    until: Date,
  ): Promise<{ newest: EventDoc | null; result: EventDoc | null }>;
  /** Debts, not events: one that owes both counts twice. */
  countOwing(): Promise<number>;
}

export interface WebhookRepository extends WebhookDebts {
  /** Insert, or the hook that already has this `registration`. */
  insertOrFind(hook: WebhookDoc): Promise<{ created: boolean; hook: WebhookDoc }>;
  /** `conflict` where another hook already has the new `registration`. */
  update(tenant: Tenant, id: string, changes: Partial<WebhookDoc>): Promise<WebhookDoc | null>;
  find(tenant: Tenant, id: string): Promise<WebhookDoc | null>;
  list(tenant: Tenant, page: PageRequest): Promise<PageOf<WebhookDoc>>;
  remove(tenant: Tenant, id: string): Promise<boolean>;
  /** Every hook that may hear events of this organization and service, of any client (contract s6, routing). */
  findListening(orgId: string, svcId: string): Promise<WebhookDoc[]>;
  get(id: string): Promise<WebhookDoc | null>;
  /** Health is written by webhook-delivery only. */
  recordHealth(id: string, changes: Partial<WebhookHealth>): Promise<void>;
}

export interface TraceFilters {
  /** As a trace shows it: `stopped` once it was given up, `not_found` while nothing is known. */
  status?: string | undefined;
  providerId?: string | undefined;
  siteId?: string | undefined;
  number?: string | undefined;
  /** Due at this time or earlier. */
  overdueBefore?: Date | undefined;
}

export interface TraceRepository {
  get(id: string): Promise<TraceDoc | null>;
  getMany(ids: readonly string[]): Promise<TraceDoc[]>;
  find(tenant: Tenant, id: string): Promise<TraceDoc | null>;
  list(tenant: Tenant, filters: TraceFilters, page: PageRequest): Promise<PageOf<TraceDoc>>;
  /** Active traces of these numbers in one organization and service, for the `also_traced` warning. */
  findActiveByNumbers(
    orgId: string,
    svcId: string,
    numbers: readonly string[],
  ): Promise<Pick<TraceDoc, '_id' | 'number' | 'providerId' | 'siteId' | 'service' | 'isTest'>[]>;
  /** Active traces of these boxes in one provider's queue, of every organization: results of a box are for all. */
  findTracing(via: string, numbers: readonly string[]): Promise<TraceDoc[]>;
  /**
   * Compare-and-set of many whole traces: `expectedRev` null inserts (a duplicate loses), else replaces where `rev`
   * still is that. Resolves to the ids that lost; the caller reloads those.
   */
  swap(changes: readonly { expectedRev: number | null; trace: TraceDoc }[]): Promise<string[]>;
  /** Removes delivered outbox events by id, and `outboxAt` with the last. */
  clearOutbox(id: string, eventIds: readonly string[]): Promise<void>;
  /** Due and not leased, most valuable first (priority class, then due time). */
  findDue(
    via: string,
    now: Date,
    wanted: { limit: number; withoutOrgIds?: readonly string[] },
  ): Promise<Pick<TraceDoc, '_id' | 'priority' | 'nextTraceAt'>[]>;
  /** Leases those still due and not leased. Does not touch `rev`. */
  lease(ids: readonly string[], until: Date, now: Date): Promise<void>;
  /** Gives back the leases of these: what was queued for them was not run. Does not touch `rev`. */
  release(ids: readonly string[]): Promise<void>;
  /** After a flush: what was queued is no longer. */
  clearLeases(via?: string): Promise<void>;
  findWithOutbox(before: Date, limit: number): Promise<{ id: string }[]>;
  /**
   * Traces of one queue, active or not, that were traced at `since` or later, in a trip begun before `until`; by id, `after` the
   * last id of the page before. Reads the collection once from end to end: for operators.
   */
  findTraced(
    via: string,
    range: { after: string | null; since: Date; until: Date },
    limit: number,
  ): Promise<TraceDoc[]>;
  /** Without those of whom operators have paused. */
  countOverdue(before: Date, paused?: Paused): Promise<number>;
  countTracing(): Promise<Record<string, number>>;
}

export interface ObservationRepository {
  /** Adds it, or bumps the newest one of the trace where kind and hash are the same. */
  record(observations: readonly ObservationDoc[]): Promise<void>;
  /** Everything after the marker, oldest first; the marked one too when it was seen again since. */
  findUnsettled(traceId: string, settled: TraceDoc['settled']): Promise<ObservationDoc[]>;
  newest(
    traceIds: readonly string[],
  ): Promise<Map<string, Pick<ObservationDoc, '_id' | 'times' | 'forceSeq' | 'lastAt'>>>;
  list(traceId: string, page: PageRequest): Promise<PageOf<ObservationDoc>>;
  /** Those first seen in a range of time, both ends included, oldest first; `after`: the last id of the page before. */
  findBetween(
    traceId: string,
    range: { after: string | null; from: Date; until: Date },
    limit: number,
  ): Promise<ObservationDoc[]>;
}

export interface ProviderStateRepository {
  get(id: string): Promise<ProviderStateDoc | null>;
  getMany(ids: readonly string[]): Promise<ProviderStateDoc[]>;
  /** Compare-and-set on `rev` (null: insert); false when another writer was first. */
  swap(expectedRev: number | null, state: ProviderStateDoc): Promise<boolean>;
}

/** What providers send us. connect-data inserts; whoever parses takes the debt away, as with events. */
export interface InboxRepository {
  /** Durable (majority, journaled) when it resolves; an id that is there is left alone. */
  insert(item: InboxDoc): Promise<void>;
  get(id: string): Promise<InboxDoc | null>;
  /** Owing bodies whose time has come, oldest first. */
  findOwing(now: Date, limit: number): Promise<{ id: string }[]>;
  /** The pump has queued these: look again at `dueAt`. */
  postpone(ids: readonly string[], dueAt: Date): Promise<void>;
  /** What it says was observed (or cannot be read); it stays owed until `dueAt` where its traces are to be settled. */
  markParsed(
    id: string,
    outcome: { parsedAt: Date; traceIds: readonly string[]; fault: string | null; dueAt: Date | null },
  ): Promise<void>;
  /** Nothing is owed for it any more. */
  settle(id: string): Promise<void>;
}

/** Where the Identity Manager keeps its clients. */
export interface ClientRepository {
  /** False when the id is taken. */
  insert(client: ClientDoc): Promise<boolean>;
  /** Tombstones too. */
  find(id: string): Promise<ClientDoc | null>;
  /** Newest first, without tombstones. */
  list(page: PageRequest): Promise<PageOf<ClientDoc>>;
  /** Replaces the client where `changedAt` still is `expected`; false when another writer was first. */
  swap(expected: Date, client: ClientDoc): Promise<boolean>;
  /** `changedAt >= since`, tombstones too; every client for null. */
  findChangedSince(since: Date | null): Promise<ClientDoc[]>;
  /**
   * For the directory of a resource server: every change that became visible since its last load at `since` (null: all), some
   * of them a second time, since a writer's clock may be behind and its write late. Secrets stay here.
   */
  loadClientsChangedSince(since: Date | null): Promise<ClientEntry[]>;
}

/** What a resource server needs to know of a client. */
export type ClientEntry = Omit<ClientDoc, 'secrets'>;

export interface SigningKeyRepository {
  /** False when the slot is taken. */
  insert(key: SigningKeyDoc): Promise<boolean>;
  list(): Promise<SigningKeyDoc[]>;
  /** Sets `activeFrom` where it still is null; false when another writer was first. */
  activate(id: string, activeFrom: Date): Promise<boolean>;
  /** Replaces `sealedPrivateKey` where it still is `expected`; false when another writer was first. */
  reseal(id: string, expected: string, sealedPrivateKey: string): Promise<boolean>;
  remove(id: string): Promise<void>;
}

export interface RevocationRepository {
  /** The same token again is left as it is. */
  add(revocation: RevocationDoc): Promise<void>;
  has(jti: string): Promise<boolean>;
  /** `revokedAt >= since`; all that are kept for null. */
  findRevokedSince(since: Date | null): Promise<RevocationDoc[]>;
  /** For the directory of a resource server, with the same overlap as `loadClientsChangedSince`. */
  loadRevokedSince(since: Date | null): Promise<RevocationDoc[]>;
}

export interface Repositories {
  events: EventRepository;
  webhooks: WebhookRepository;
  deliveries: DeliveryRepository;
  traces: TraceRepository;
  observations: ObservationRepository;
  inbox: InboxRepository;
  providerStates: ProviderStateRepository;
  clients: ClientRepository;
  signingKeys: SigningKeyRepository;
  revocations: RevocationRepository;
  idempotency: IdempotencyRepository;
  audit: AuditRepository;
  usage: UsageRepository;
  reports: ReportRepository;
  pauses: PauseRepository;
  cadenceRules: CadenceRuleRepository;
}
