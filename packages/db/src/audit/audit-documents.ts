/** A mutating call as it is known before it is made. */
export interface AuditCallDoc {
  /** Of this call alone. */
  callId: string;
  /** An organization, or `platform`. */
  chain: string;
  at: Date;
  requestId: string;
  clientId: string | null;
  tokenId: string | null;
  address: string;
  method: string;
  route: string;
  target: string | null;
}

/** A row of a chain, as the package http links it: whatever stands in it is under its hash. */
export interface AuditRowDoc extends AuditCallDoc {
  /** `<orgId or platform>~<n>`. */
  _id: string;
  n: number;
  /** Null where the process ended before it could say. */
  status: number | null;
  isReplay: boolean;
  before: string | null;
  after: string | null;
  previous: string;
  hash: string;
}

/** What `createAudit` and `verifyAudit` of the package http ask of their store. */
export interface AuditRepository {
  /** Notes, durably, that the call is about to be made. */
  open(call: AuditCallDoc): Promise<void>;
  /** Takes that note away: the call has its row. */
  close(call: Pick<AuditCallDoc, 'chain' | 'callId'>): Promise<void>;
  /** Calls noted before `before` that have no row yet, oldest first. */
  findOpen(before: Date, limit: number): Promise<AuditCallDoc[]>;
  /** The newest row of a chain. */
  head(chain: string): Promise<Pick<AuditRowDoc, 'n' | 'hash'> | null>;
  /** Durable when true, also where the call has a row already; false when row `n` is taken by another call. */
  insert(row: AuditRowDoc): Promise<boolean>;
  chains(): Promise<string[]>;
  /** Every row of a chain by rising `n`, one at a time. */
  forEachRow(chain: string, visit: (row: AuditRowDoc) => void): Promise<void>;
}
