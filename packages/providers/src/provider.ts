import type { IncomingHttpHeaders } from 'node:http';
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
  /** Of providers that answer later, business milliseconds. */
  waits?: {
    /** From an order, or from the last word, to the look for what never came. */
    lookMs: number;
    /** From an order to the first look, where changes alone are told of; `lookMs` unless given. */
    firstLookMs?: number;
    /** Between two retrievals of new results (Publish/Retrieve). */
    retrieveMs?: number;
  };
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
  /** By number, of boxes whose publisher gave one: some providers tell a box only to those who know it. */
  billsOfLading?: ReadonlyMap<string, string>;
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

interface Mapping {
  manifest: ProviderManifest;
  /** Pure and versioned; throws nothing for unknown codes, it reports them. */
  map(slice: unknown, context: MapContext): Observed;
  /** Resolves where a customer's login is taken, found out without a box; ProviderError `login_failed` where it is refused. */
  checkLogin?(connection: ProviderConnection, signal: AbortSignal): Promise<void>;
}

/** A provider that answers at once (architecture, Workflows). */
export interface RealTimeProvider extends Mapping {
  connect(connection: ProviderConnection): RealTimeClient;
  /** The same source under the same id, subscribed to instead of polled: for a connection whose login names a `callbackUrl`. */
  subscribed?: PublishNotifyProvider;
}

/** What became of an order: the provider's own id of it by number. A number without one is unknown to the provider. */
export interface OrderAnswer {
  references: Map<string, string>;
}

/** Boxes ordered earlier, with the provider's id of each order. */
export interface PendingBatch {
  service: Service;
  siteId: string;
  items: readonly { number: string; reference: string }[];
  signal: AbortSignal;
}

/**
 * What a look at an order shows. `void`: it came to nothing and says nothing of the box. `isOver`: nothing more will come of
 * it, so the box is ordered anew.
 */
export type Finding =
  | { state: 'found'; slice: unknown; isOver?: boolean }
  | { state: 'waiting' }
  | { state: 'not_found'; isOver: boolean }
  | { state: 'void' };

/** By reference; an order without a finding is void. */
export type Findings = Map<string, Finding>;

/** Takes an order per trace and has the answer ready later. Placing the same order twice must be harmless. */
export interface RequestDelayedClient {
  request(batch: BatchRequest): Promise<OrderAnswer>;
  collect(pending: PendingBatch): Promise<Findings>;
  close(): void;
}

export interface RequestDelayedProvider extends Mapping {
  connect(connection: ProviderConnection): RequestDelayedClient;
}

/** What a provider says of one box, without having been asked about it. */
export interface Told {
  number: string;
  slice: unknown;
}

export interface Retrieved {
  told: Told[];
  /** Where to go on; handed back once what was told is stored. */
  cursor: string;
  /** More is ready now. */
  isMore: boolean;
}

/** Takes a box once and has changes of all boxes ready to be retrieved. */
export interface PublishRetrieveClient {
  publish(batch: BatchRequest): Promise<OrderAnswer>;
  /** What is new since a cursor; null for everything. */
  retrieve(from: { cursor: string | null; signal: AbortSignal }): Promise<Retrieved>;
  /** What is known now of boxes published earlier. */
  look(pending: PendingBatch): Promise<Findings>;
  close(): void;
}

export interface PublishRetrieveProvider extends Mapping {
  connect(connection: ProviderConnection): PublishRetrieveClient;
}

/** A request that came to us, as far as it shows who sent it. */
export interface InboundRequest {
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** How a body came to us. */
export interface Arrival {
  receivedAt: Date;
  /** Below `/tracehooks/<id>/`, or empty. */
  path: string;
}

/**
 * A word about a box; `ask` names what to read for it where the word itself says too little. With its number it is read only while
 * somebody traces the box.
 */
export type Notice = Told | { ask: string; number?: string };

/** Takes a box once and calls us when something changes. */
export interface PublishNotifyClient {
  subscribe(batch: BatchRequest): Promise<OrderAnswer>;
  look(pending: PendingBatch): Promise<Findings>;
  /** What a notice only hinted at; null when it is no longer there. */
  read(ask: string, signal: AbortSignal): Promise<Told | null>;
  close(): void;
}

export interface PublishNotifyProvider extends Mapping {
  connect(connection: ProviderConnection): PublishNotifyClient;
  /** Whether the provider sent it; `secret` as configured. Never throws. */
  verify(request: InboundRequest, secret: string): boolean;
  /** What a verified body says. ProviderError `provider_answer` for one that cannot be read. */
  parse(body: Buffer, arrival: Arrival): Notice[];
}

export type Provider =
  | RealTimeProvider
  | RequestDelayedProvider
  | PublishRetrieveProvider
  | PublishNotifyProvider;

// A provider's workflow says which of the four it is: the registry's test holds each to the functions of its own.
export function isRealTime(provider: Provider): provider is RealTimeProvider {
  return provider.manifest.workflow === 'real_time';
}

export function isRequestDelayed(provider: Provider): provider is RequestDelayedProvider {
  return provider.manifest.workflow === 'request_delayed';
}

export function isPublishRetrieve(provider: Provider): provider is PublishRetrieveProvider {
  return provider.manifest.workflow === 'publish_retrieve';
}

export function isPublishNotify(provider: Provider): provider is PublishNotifyProvider {
  return provider.manifest.workflow === 'publish_notify';
}

/** How a provider calls us, if it can; null for one that only answers. */
export function notifyingOf(provider: Provider): PublishNotifyProvider | null {
  if (isPublishNotify(provider)) return provider;
  return (isRealTime(provider) && provider.subscribed) || null;
}

/** The provider as this connection has it work: one that can be polled and subscribed to is polled where nobody can call us. */
export function workingOver(
  provider: Provider,
  { credentials }: Pick<ProviderConnection, 'credentials'>,
): Provider {
  return (credentials.callbackUrl && notifyingOf(provider)) || provider;
}
