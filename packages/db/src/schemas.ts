import { Schema } from 'mongoose';
import { guardTenants } from './tenant-guard.ts';

const text = { type: String, required: true } as const;
const textOrNull = { type: String, default: null } as const;
const flag = { type: Boolean, required: true } as const;
const count = { type: Number, required: true } as const;
const date = { type: Date, required: true } as const;
const dateOrNull = { type: Date, default: null } as const;
const mixed = Schema.Types.Mixed;
const list = [mixed];

const options = {
  strict: 'throw',
  strictQuery: 'throw',
  versionKey: false,
  id: false,
  minimize: false,
  autoIndex: false,
  autoCreate: false,
} as const;

/** What belongs to an organization and cannot be queried without one. */
const tenanted = { _id: text, orgId: text, svcId: text };

const event = {
  ...tenanted,
  clientId: textOrNull,
  type: text,
  action: text,
  origin: text,
  isTest: flag,
  payload: mixed,
  traceId: textOrNull,
  sequence: { type: Number, default: null },
  createdAt: date,
  todo: [String],
  dueAt: Date,
  idem: mixed,
  order: mixed,
  items: { type: list, default: undefined },
  about: mixed,
};

const webhook = {
  _id: text,
  clientId: text,
  orgId: textOrNull,
  svcId: textOrNull,
  url: textOrNull,
  triggers: [String],
  entityType: text,
  filters: list,
  keys: list,
  headers: list,
  description: textOrNull,
  ordered: flag,
  maxInFlight: count,
  isTest: flag,
  delivery: text,
  registration: text,
  createdAt: date,
  updatedAt: date,
  health: mixed,
  replay: mixed,
};

const delivery = {
  ...tenanted,
  eventId: text,
  webhookId: text,
  clientId: text,
  action: text,
  traceId: textOrNull,
  sequence: { type: Number, default: null },
  state: text,
  dueAt: Date,
  attemptCount: count,
  attempts: list,
  createdAt: date,
  deliveredAt: dateOrNull,
  round: Number,
  rounds: { type: list, default: undefined },
  openSequence: Number,
  endedAt: Date,
  pos: Number,
};

const trace = {
  ...tenanted,
  isTest: flag,
  type: text,
  service: text,
  number: text,
  providerId: text,
  siteId: String,
  via: text,
  scenario: String,
  billOfLading: String,
  rev: count,
  trip: count,
  tracing: flag,
  stopReason: textOrNull,
  traceUntil: text,
  createdAt: date,
  tripStartedAt: date,
  earlierTrips: { type: [Date], default: undefined },
  resumedAt: Date,
  lastTracedAt: dateOrNull,
  nextTraceAt: dateOrNull,
  why: mixed,
  lastWhy: mixed,
  priority: count,
  queuedUntil: dateOrNull,
  forceSeq: count,
  forcedAt: dateOrNull,
  settledForceSeq: count,
  settled: mixed,
  failures: count,
  notFoundCount: count,
  applied: [String],
  lastCommandId: String,
  seq: count,
  outbox: list,
  outboxAt: Date,
  state: mixed,
  awaiting: mixed,
  quarantined: mixed,
  pumpAt: dateOrNull,
};

const observation = {
  _id: text,
  traceId: text,
  kind: text,
  observedAt: date,
  lastAt: date,
  times: count,
  hash: text,
  mapperVersion: text,
  raw: Buffer,
  normalized: mixed,
  failure: mixed,
  receipt: mixed,
  forceSeq: count,
};

const inboxItem = {
  _id: text,
  providerId: text,
  path: String,
  contentType: textOrNull,
  body: Buffer,
  receivedAt: date,
  dueAt: Date,
  parsedAt: Date,
  traceIds: { type: [String], default: undefined },
  fault: String,
};

const providerState = {
  _id: text,
  rev: count,
  breaker: mixed,
  lastSuccessAt: Date,
  lastFailureAt: Date,
  told: mixed,
  budget: mixed,
  retrieval: mixed,
};

const client = {
  _id: text,
  name: text,
  status: text,
  scopes: [String],
  grants: list,
  secrets: list,
  createdAt: date,
  changedAt: date,
  revokedBefore: dateOrNull,
};

const signingKey = {
  _id: text,
  kid: text,
  publicKey: mixed,
  sealedPrivateKey: text,
  createdAt: date,
  activeFrom: dateOrNull,
};

const revocation = { _id: text, clientId: text, revokedAt: date, expiresAt: date };

const idempotency = {
  _id: text,
  bodyHash: text,
  owner: text,
  leaseUntil: date,
  answer: String,
  expiresAt: date,
};

/** Rows, and notes of calls that have none yet. */
const audit = {
  _id: text,
  chain: String,
  n: Number,
  callId: String,
  at: Date,
  requestId: String,
  clientId: String,
  tokenId: String,
  address: String,
  method: String,
  route: String,
  target: String,
  status: Number,
  isReplay: Boolean,
  before: String,
  after: String,
  previous: String,
  hash: String,
  openedAt: Date,
  call: mixed,
};

const credential = {
  _id: text,
  orgId: text,
  providerId: text,
  fields: [String],
  sealed: text,
  status: text,
  checkedAt: dateOrNull,
  version: text,
  createdAt: date,
  updatedAt: date,
};

const deliveryStream = { _id: text, head: count, journal: [String] };

const migration = { _id: text, appliedAt: date };

const usage = {
  ...tenanted,
  date: text,
  published: Number,
  tracing: Number,
  providerRequests: Number,
  delivered: Number,
  failed: Number,
};

const ofTenants = {
  events: event,
  webhooks: webhook,
  deliveries: delivery,
  traces: trace,
  credentials: credential,
  usage,
};
const ofThePlatform = {
  observations: observation,
  inbox: inboxItem,
  provider_states: providerState,
  clients: client,
  signing_keys: signingKey,
  revocations: revocation,
  delivery_streams: deliveryStream,
  idempotency,
  audit,
  migrations: migration,
  cadence_rules: { _id: text, providerId: textOrNull, rule: mixed, by: text, since: date },
  pauses: { _id: text, kind: text, id: text, reason: textOrNull, by: text, since: date, until: dateOrNull },
};

export type CollectionName = keyof typeof ofTenants | keyof typeof ofThePlatform;

/** A mongoose schema for every collection; those of tenants refuse a query without `orgId`. */
export function createSchemas(): Record<CollectionName, Schema> {
  const guarded = mapValues(ofTenants, (definition) => {
    const schema = new Schema(definition, options);
    schema.plugin(guardTenants);
    return schema;
  });
  return { ...guarded, ...mapValues(ofThePlatform, (definition) => new Schema(definition, options)) };
}

function mapValues<K extends string>(
  definitions: Record<K, object>,
  toSchema: (definition: object) => Schema,
): Record<K, Schema> {
  // The definitions above have no other keys.
  const entries = (Object.keys(definitions) as K[]).map((name) => [name, toSchema(definitions[name])]);
  // One entry was made for every key of K.
  return Object.fromEntries(entries) as Record<K, Schema>;
}
