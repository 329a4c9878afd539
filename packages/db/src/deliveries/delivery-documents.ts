import type { DeliveryState } from '@envase/contracts';
import type { PageOf, PageRequest, Tenant } from '../repositories.ts';

export interface DeliveryAttempt {
  at: Date;
  status: number | null;
  durationMs: number;
  error: string | null;
  /** First 1 KiB of the answer. */
  answer: string | null;
}

/** How a delivery ended before it was sent anew. */
export interface DeliveryRound {
  state: 'delivered' | 'dead';
  attemptCount: number;
  lastAttempt: DeliveryAttempt | null;
  resentAt: Date;
  /** Null where it was resent alone. */
  replayId: string | null;
}

export interface DeliveryDoc {
  /** `<eventId>~<webhookId>`. */
  _id: string;
  eventId: string;
  webhookId: string;
  /** Owner of the hook. */
  clientId: string;
  orgId: string;
  svcId: string;
  /** The name the hook registered for this event. */
  action: string;
  traceId: string | null;
  sequence: number | null;
  state: DeliveryState;
  /** There only while it is owed (pending, retrying). */
  dueAt?: Date;
  attemptCount: number;
  /** The last 20. */
  attempts: DeliveryAttempt[];
  createdAt: Date;
  deliveredAt: Date | null;
  /** How often it was sent anew; absent before the first time. Attempts count from the last. */
  round?: number;
  /** The rounds that ended, the last 20. */
  rounds?: DeliveryRound[];
}

export interface DeliveryResult {
  id: string;
  /** The fence: `attemptCount` as it was read. */
  attemptCount: number;
  state: DeliveryState;
  dueAt: Date | null;
  attempt: DeliveryAttempt;
  /** `round` as it was read (0 where it has none): a result of a round before is then not taken for one of this. */
  round?: number;
}

export interface PullRequest {
  limit: number;
  /** A cursor already handled; absent: from the oldest kept. */
  after?: string | undefined;
}

export interface PulledPage {
  items: { delivery: DeliveryDoc; cursor: string }[];
  nextCursor: string | null;
}

/**
 * `reopened`: delivered or dead before, now pending in a new round · `hastened`: was still open, now due at once (one that waits to
 * be pulled stays as it is) · `cancelled`: stays so.
 */
export interface Resent {
  outcome: 'reopened' | 'hastened' | 'cancelled';
  delivery: DeliveryDoc;
}

export interface ReplayRequest {
  /** Of all calls of one replay. */
  replayId: string;
  /** Events that happened from here. */
  since: Date;
  /** And before this; fixed when the replay begins, or it takes in what comes meanwhile. */
  until?: Date | undefined;
  /** Dead ones only. */
  failedOnly: boolean;
  now: Date;
  /** At most this many are looked at in one call. */
  limit: number;
  /** `next` of the call before. */
  after?: string | undefined;
}

export interface DeliveryRepository {
  /** Creates what is not there yet; what is there is left alone. */
  insertMissing(deliveries: readonly DeliveryDoc[]): Promise<void>;
  findDue(webhookId: string, now: Date, limit: number): Promise<DeliveryDoc[]>;
  /** One bulk write, each fenced by its `attemptCount`; the number that won. */
  record(results: readonly DeliveryResult[]): Promise<number>;
  /** Moves `dueAt` without using an attempt (breaker, disabled hook). */
  postpone(webhookId: string, until: Date, now: Date): Promise<void>;
  hooksWithDue(now: Date, limit: number): Promise<{ webhookId: string }[]>;
  /** Moves `dueAt` of these, where they are still open, without using an attempt (they wait for an earlier event). */
  defer(ids: readonly string[], until: Date): Promise<void>;
  /** The open delivery of this trace to this hook with the lowest sequence below this one, if any. */
  findOpenBelow(
    webhookId: string,
    traceId: string,
    sequence: number,
  ): Promise<Pick<DeliveryDoc, '_id' | 'sequence' | 'dueAt'> | null>;
  cancelOpen(webhookId: string): Promise<void>;
  counts(webhookId: string): Promise<{ pending: number; dead: number }>;
  list(
    tenant: Tenant,
    webhookId: string,
    state: DeliveryState | undefined,
    page: PageRequest,
  ): Promise<PageOf<DeliveryDoc>>;
  find(tenant: Tenant, id: string): Promise<DeliveryDoc | null>;
  /**
   * For pulling: oldest first, never skips what committed late (it comes later). Throws `invalid_request` at `query.after` for a
   * foreign cursor, `cursor_expired` where retention has gone past it.
   */
  listAfter(tenant: Tenant, webhookId: string, request: PullRequest): Promise<PulledPage>;
  /** Null for an unknown and a foreign id. The caller wakes the hook's lane. */
  resend(tenant: Tenant, id: string, now: Date): Promise<Resent | null>;
  /** Reopens one page of what ended; `next` is null after the last. Safe to repeat. The caller wakes the hook's lane. */
  replay(webhookId: string, request: ReplayRequest): Promise<{ resent: number; next: string | null }>;
  oldestDue(): Promise<Date | null>;
}
