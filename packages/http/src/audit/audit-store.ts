/** A mutating call as it is known before it is made. Never holds a body or a secret. */
export interface AuditCall {
  /** Of this call alone: a request id is the caller's choice. */
  callId: string;
  /** An organization, or `platform`. */
  chain: string;
  at: Date;
  requestId: string;
  clientId: string | null;
  /** The token's `jti`. */
  tokenId: string | null;
  address: string;
  method: string;
  /** The route's pattern. */
  route: string;
  /** Id of what it is about, where the path names one. */
  target: string | null;
}

/** What became of it. */
export interface AuditOutcome {
  /** What was answered; null where the process ended before it could say. */
  status: number | null;
  /** The first answer to an Idempotency-Key given again: nothing was done. */
  isReplay: boolean;
  /** SHA-256 of what the handler told of the thing before and after, in canonical JSON. */
  before: string | null;
  after: string | null;
}

/** One row of a chain. `hash` is the SHA-256 of everything else in it, as canonical JSON. */
export interface AuditRow extends AuditCall, AuditOutcome {
  /** `<chain>~<n>`. */
  _id: string;
  /** From 1, without a gap. */
  n: number;
  /** `hash` of row n − 1; 64 zeros in the first. */
  previous: string;
  hash: string;
}

/** A row by its place and hash: kept elsewhere, it proves later that nothing up to it was changed or removed. */
export interface AuditMark {
  n: number;
  hash: string;
}

/** Where the audit is kept (architecture, `audit`). Methods throw `unavailable` while the store is away. */
export interface AuditStore {
  /** Notes, durably, that the call is about to be made. */
  open(call: AuditCall): Promise<void>;
  /** Takes that note away: the call has its row. */
  close(call: Pick<AuditCall, 'chain' | 'callId'>): Promise<void>;
  /** Calls noted before `before` that have no row yet, oldest first. */
  findOpen(before: Date, limit: number): Promise<AuditCall[]>;
  /** The newest row of a chain. */
  head(chain: string): Promise<AuditMark | null>;
  /** Durable when true, also where the call has a row already; false when row `n` is taken by another call. */
  insert(row: AuditRow): Promise<boolean>;
  chains(): Promise<string[]>;
  /** Every row of a chain by rising `n`, one at a time. */
  forEachRow(chain: string, visit: (row: AuditRow) => void): Promise<void>;
}
