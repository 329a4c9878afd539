import { z } from 'zod';
import { type Issue, listIssues } from './issues.ts';
import { opaqueId, type Service, type TraceType, type TraceUntil, traceUntils } from './vocabulary.ts';

/** What a publish asks the tracer for. A `null` service means every service of the box (stop and resume). */
export interface TraceOrder {
  verb: 'trace' | 'stop' | 'resume';
  type: TraceType;
  service: Service | null;
  providerId: string;
  siteId: string;
  items: { id: string; normalizedId?: string }[];
  strictNumbers: boolean;
  traceUntil: TraceUntil;
  replaces: string | null;
  data: Record<string, unknown> | null;
  steamshipLine: string | null;
  billOfLading: string | null;
  reference: string | null;
}

/** A publish in one spelling. `payload` is the client's own value, never changed; `order` is null for pass-through. */
export interface PublishRequest {
  orgId: string | null;
  svcId: string | null;
  type: string;
  action: string;
  origin: string;
  isTest: boolean;
  payload: unknown;
  order: TraceOrder | null;
}

export type ParsedPublish = { ok: true; request: PublishRequest } | { ok: false; issues: Issue[] };

const text = (max: number) => z.string().max(max);
const word = text(64).regex(/^[A-Za-z][A-Za-z0-9_-]*$/, 'a word of letters, digits, _ and -');

const envelope = z.looseObject({
  orgId: opaqueId.optional(),
  svcId: opaqueId.optional(),
  tmsId: opaqueId.optional(),
  type: z.string().min(1).max(200),
  action: z.string().min(1).max(64).optional(),
  isTest: z.boolean().optional(),
  payload: z.looseObject({}),
});

const boxItem = z.looseObject({ id: text(64).min(1), normalizedId: text(64).optional() });

const orderFields = {
  providerId: text(64).min(1),
  siteId: text(200).optional(),
  locationCode: text(200).optional(),
  id: text(64).min(1).optional(),
  strictNumbers: z.boolean().optional(),
  traceUntil: z.enum(traceUntils).optional(),
  replaces: text(64).min(1).optional(),
  data: z.looseObject({}).optional(),
  steamshipLine: text(64).optional(),
  billOfLading: text(64).optional(),
  reference: text(200).optional(),
};

const containerPayload = z.looseObject({
  ...orderFields,
  containers: z.array(boxItem).min(1).max(1000).optional(),
  containerNumber: text(64).min(1).optional(),
});

const bookingPayload = z.looseObject({
  ...orderFields,
  bookings: z.array(boxItem).min(1).max(1000).optional(),
  bookingNumber: text(64).min(1).optional(),
});

type Verb = Pick<TraceOrder, 'verb' | 'service'>;

const verbs: Record<TraceType, Record<string, Verb>> = {
  CONTAINER: {
    TRACE_REQUESTED: { verb: 'trace', service: 'availability' },
    TRACE_EXPORT_REQUESTED: { verb: 'trace', service: 'export' },
    TRACE_EMPTY_REQUESTED: { verb: 'trace', service: 'empty' },
    TRACE_STOP_REQUESTED: { verb: 'stop', service: null },
    TRACE_RESUME_REQUESTED: { verb: 'resume', service: null },
  },
  BOOKING: {
    TRACE_REQUESTED: { verb: 'trace', service: 'booking' },
    TRACE_STOP_REQUESTED: { verb: 'stop', service: 'booking' },
    TRACE_RESUME_REQUESTED: { verb: 'resume', service: 'booking' },
  },
};

/**
 * Reads a publish in any documented spelling (contract s3, s10): plain or dotted envelope, `svcId` or `tmsId`,
 * `containers[]`, `containerNumber` or `id`. Lists every fault, not the first. Provider and number are judged later.
 */
export function parsePublish(body: unknown): ParsedPublish {
  const parsed = envelope.safeParse(body);
  const issues = parsed.success ? [] : listIssues(parsed.error);
  if (!isObject(body)) return { ok: false, issues };
  // The client's own object, not zod's copy: unknown keys and their order must come back value for value.
  const { payload } = body;
  const name = readName(body, issues);
  checkServices(body, issues);
  const order = name && isObject(payload) ? readOrder(name, payload, issues) : null;
  if (!parsed.success || !name || issues.length > 0) return { ok: false, issues };
  const sent = parsed.data;
  const request = {
    orgId: sent.orgId ?? null,
    svcId: sent.svcId ?? sent.tmsId ?? null,
    type: name.type,
    action: name.action,
    origin: name.origin,
    isTest: sent.isTest ?? false,
    payload,
    order,
  };
  return { ok: true, request };
}

type Body = Record<string, unknown>;

function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkServices({ svcId, tmsId }: Body, issues: Issue[]): void {
  if (svcId === undefined || tmsId === undefined || svcId === tmsId) return;
  const message = 'differs from svcId: send one of them, or both with the same value';
  issues.push({ path: '/tmsId', message });
}

interface Name {
  type: string;
  action: string;
  origin: string;
}

/** Null where type or action is at fault; `issues` then says so, whether the envelope has found it or this. */
function readName({ type, action }: Body, issues: Issue[]): Name | null {
  if (issues.some(({ path }) => path === '/type' || path === '/action')) return null;
  if (typeof type !== 'string') return null;
  return typeof action === 'string' ? readPlainName(type, action, issues) : readDottedName(type, issues);
}

function readDottedName(type: string, issues: Issue[]): Name | null {
  const parts = type.split('.');
  if (parts.length !== 3 || parts.some((part) => !word.safeParse(part).success)) {
    const form =
      'send type and action, or a dotted type project.entity.action, e.g. mytms.container.trace_requested';
    issues.push({ path: type.includes('.') ? '/type' : '/action', message: form });
    return null;
  }
  const [project, entity, verb] = parts as [string, string, string]; // three parts, checked above
  return { type: entity.toUpperCase(), action: verb.toUpperCase(), origin: project };
}

function readPlainName(type: string, action: string, issues: Issue[]): Name | null {
  for (const [path, value] of [
    ['/type', type],
    ['/action', action],
  ] as const) {
    const read = word.safeParse(value);
    if (!read.success) issues.push({ path, message: read.error.issues[0]?.message ?? 'not a word' });
  }
  if (issues.some(({ path }) => path === '/type' || path === '/action')) return null;
  return { type: type.toUpperCase(), action: action.toUpperCase(), origin: 'connect-data' };
}

function readOrder(name: Name, payload: Body, issues: Issue[]): TraceOrder | null {
  if (!Object.hasOwn(verbs, name.type)) return null;
  const type = name.type as TraceType; // an own key of `verbs`
  const verb = readVerb(type, name.action, issues);
  const fields = verb && readFields(type, payload, issues);
  if (!verb || !fields) return null;
  const { items, siteId, ...rest } = fields;
  return {
    ...verb,
    type,
    providerId: rest.providerId,
    siteId,
    items,
    strictNumbers: rest.strictNumbers ?? false,
    traceUntil: rest.traceUntil ?? 'outgated',
    replaces: rest.replaces ?? null,
    data: rest.data ?? null,
    steamshipLine: rest.steamshipLine ?? null,
    billOfLading: rest.billOfLading ?? null,
    reference: rest.reference ?? null,
  };
}

/** Null for an action that asks for no trace; one that only looks as if is a fault. */
function readVerb(type: TraceType, action: string, issues: Issue[]): Verb | null {
  if (Object.hasOwn(verbs[type], action)) return verbs[type][action] ?? null;
  if (action.startsWith('TRACE_')) {
    const known = Object.keys(verbs[type]).join(', ');
    issues.push({ path: '/action', message: `unknown for ${type}; known: ${known}` });
  }
  return null;
}

type Fields = z.output<typeof containerPayload> & z.output<typeof bookingPayload>;
type ReadFields = Fields & { siteId: string; items: TraceOrder['items'] };

/** The payload's known fields; null where one is at fault, and then `issues` has them all. */
function readFields(type: TraceType, payload: Body, issues: Issue[]): ReadFields | null {
  const schema = type === 'CONTAINER' ? containerPayload : bookingPayload;
  const parsed = schema.safeParse(payload);
  if (!parsed.success) issues.push(...listIssues(parsed.error, ['payload']));
  const faulty = new Set(parsed.success ? [] : parsed.error.issues.map(({ path }) => path[0]));
  const sound = Object.entries(payload).filter(([key]) => !faulty.has(key));
  // A field without a fault has the type that its schema wants; both payloads share every field but the lists' names.
  const fields = (parsed.success ? parsed.data : Object.fromEntries(sound)) as Fields;
  const siteId = readSite(fields, issues);
  const isItemFaulty = Object.values(itemNames[type]).some((key) => faulty.has(key));
  const items = isItemFaulty ? [] : readItems(type, fields, issues);
  return parsed.success ? { ...fields, siteId, items } : null;
}

function readSite(
  fields: { siteId?: string | undefined; locationCode?: string | undefined },
  issues: Issue[],
): string {
  const { siteId, locationCode } = fields;
  if (siteId !== undefined && locationCode !== undefined && siteId !== locationCode) {
    issues.push({ path: '/payload/locationCode', message: 'differs from siteId: send one of them' });
  }
  return (siteId ?? locationCode ?? '').trim();
}

const itemNames = {
  CONTAINER: { list: 'containers', one: 'containerNumber', id: 'id' },
  BOOKING: { list: 'bookings', one: 'bookingNumber', id: 'id' },
} as const;

function readItems(type: TraceType, fields: Fields, issues: Issue[]): TraceOrder['items'] {
  const { list: listName, one: oneName } = itemNames[type];
  const one = fields[oneName];
  const spellings = [
    { path: `/payload/${listName}`, items: fields[listName] },
    { path: `/payload/${oneName}`, items: one === undefined ? undefined : [{ id: one }] },
    { path: '/payload/id', items: fields.id === undefined ? undefined : [{ id: fields.id }] },
  ].filter((spelling) => spelling.items !== undefined);
  const [first, ...others] = spellings;
  if (!first?.items) {
    issues.push({ path: `/payload/${listName}`, message: `send ${listName}: [{ id }], ${oneName} or id` });
    return [];
  }
  const wanted = JSON.stringify(first.items.map((item) => item.id));
  for (const other of others) {
    const same = JSON.stringify(other.items?.map((item) => item.id)) === wanted;
    if (!same)
      issues.push({ path: other.path, message: `differs from ${first.path.slice('/payload/'.length)}` });
  }
  return first.items.map(({ id, normalizedId }) =>
    normalizedId === undefined ? { id } : { id, normalizedId },
  );
}
