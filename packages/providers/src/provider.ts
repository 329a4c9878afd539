import type { Service, TraceErrorCode, Workflow } from '@envase/contracts';
import type { Observed } from '@envase/domain';

export interface ProviderSite {
  /** The provider's own code of the place, e.g. `USLAX`. */
  id: string;
  /** URN shown in results where the evidence has one. */
  urn: string;
  name: string;
  /** IANA zone. */
  timeZone: string;
}

/** Everything the platform needs to know of a provider before asking it. Data only. */
export interface ProviderManifest {
  id: string;
  name: string;
  workflow: Workflow;
  type: 'terminal' | 'rail' | 'line';
  services: readonly Service[];
  sites: readonly ProviderSite[];
  /** Most numbers in one request. */
  batchSize: number;
  /** Requests, not boxes. */
  limits: { perSecond?: number; perMinute?: number; perDay?: number };
  /** Requests for the same box inside this share one forced run (contract s3). */
  minForceMs: number;
  /** One request, retries inside it included; a batch may take several (a request per site, a login). */
  timeoutMs: number;
  credentials: { owner: 'platform' | 'customer' | 'none'; fields: readonly string[] };
  /** What this source never says, for the catalogue. */
  dataGaps: readonly string[];
  /** Raised with every change of `map`. */
  mapperVersion: string;
}

/** Why a request failed, in the words of a `TRACE_ERROR`. */
export class ProviderError extends Error {
  readonly code: TraceErrorCode;
  readonly retryAfterMs: number | null;

  constructor(
    code: TraceErrorCode,
    message: string,
    options: { cause?: unknown; retryAfterMs?: number | null } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'ProviderError';
    this.code = code;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

export interface ProviderConnection {
  baseUrl: string;
  /** Values for `manifest.credentials.fields`. */
  credentials: Readonly<Record<string, string>>;
  /** Instead of the manifest's. */
  timeoutMs?: number;
  /** Awaited before every request that counts against the limits; throws `ProviderError('rate_limited')` when spent. */
  spend: (signal: AbortSignal) => Promise<void>;
}

/** What a test trace plays, and since when (contract s3, `isTest`; s10, `data.scenario`). */
export interface TestTrip {
  /** Empty for the default. */
  scenario: string;
  /** ISO time at which the trip began. */
  startedAt: string;
}

export interface BatchRequest {
  service: Service;
  /** A site of the manifest, or empty for any. */
  siteId: string;
  numbers: readonly string[];
  signal: AbortSignal;
  /** Of test traces only, which go to the scenario provider one by one. */
  trip?: TestTrip;
}

/** One slice per box the provider knows; a number without one is not found. JSON values. */
export interface BatchAnswer {
  slices: Map<string, unknown>;
}

export interface RealTimeClient {
  trace(batch: BatchRequest): Promise<BatchAnswer>;
  close(): void;
}

export interface MapContext {
  service: Service;
  number: string;
  /** The published site, or empty. */
  siteId: string;
  /** Zone of that site, null when unknown. */
  zone: string | null;
  /** ISO instant of the answer. */
  observedAt: string;
}

/** A provider that answers at once (architecture, Workflows). */
export interface RealTimeProvider {
  manifest: ProviderManifest;
  connect(connection: ProviderConnection): RealTimeClient;
  /** Pure and versioned; throws nothing for unknown codes, it reports them. */
  map(slice: unknown, context: MapContext): Observed;
}

export type Provider = RealTimeProvider;
