import { z } from 'zod';
import { type Issue, listIssues } from './issues.ts';
import { type Service, type TraceType, type TraceUntil, traceUntils } from './vocabulary.ts';

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

type Payload = Record<string, unknown>;

const text = (max: number) => z.string().max(max);

const boxItem = z.looseObject({ id: text(64).min(1), normalizedId: text(64).optional() });
const boxItems = z.array(boxItem).min(1).max(1000).optional();

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

export const containerPayload = z
  .looseObject({ ...orderFields, containers: boxItems, containerNumber: text(64).min(1).optional() })
  .meta({ id: 'ContainerOrder' });

export const bookingPayload = z
  .looseObject({ ...orderFields, bookings: boxItems, bookingNumber: text(64).min(1).optional() })
  .meta({ id: 'BookingOrder' });

/** Names under which a payload may carry its boxes, the first one wins (contract s10, "more than one spelling at once"). */
const spellings = {
  CONTAINER: { list: 'containers', one: 'containerNumber' },
  BOOKING: { list: 'bookings', one: 'bookingNumber' },
} as const;

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

export type OrderName =
  | { kind: 'order'; type: TraceType; verb: Verb }
  | { kind: 'pass-through' }
  | { kind: 'unknown'; message: string };

/** What an event of this type and action, both upper-case, asks for (contract s3, table of services). */
export function readOrderName(type: string, action: string): OrderName {
  if (!Object.hasOwn(verbs, type)) return { kind: 'pass-through' };
  const known = verbs[type as TraceType]; // an own key of `verbs`
  const verb = Object.hasOwn(known, action) ? known[action] : undefined;
  if (verb) return { kind: 'order', type: type as TraceType, verb }; // as above
  if (!action.startsWith('TRACE_')) return { kind: 'pass-through' };
  const names = Object.keys(known).join(', ');
  return { kind: 'unknown', message: `action ${action} is unknown for ${type}; known: ${names}` };
}

/** Reads the payload of an order and adds every fault to `issues`; null where it has one. */
export function readOrder(
  { type, verb }: { type: TraceType; verb: Verb },
  payload: Payload,
  issues: Issue[],
): TraceOrder | null {
  const schema = type === 'CONTAINER' ? containerPayload : bookingPayload;
  const parsed = schema.safeParse(payload);
  const faults = [
    ...(parsed.success ? [] : listIssues(parsed.error, ['payload'])),
    ...checkSites(payload),
    ...checkBoxes(type, payload),
  ];
  issues.push(...faults);
  if (!parsed.success || faults.length > 0) return null;
  const fields = parsed.data;
  return {
    ...verb,
    type,
    providerId: fields.providerId,
    siteId: (fields.siteId ?? fields.locationCode ?? '').trim(),
    items: findBoxes(type, payload)?.items.map(pickItem) ?? [],
    strictNumbers: fields.strictNumbers ?? false,
    traceUntil: fields.traceUntil ?? 'outgated',
    replaces: fields.replaces ?? null,
    // The client's own object, which the schema has judged: its copy lacks a key "__proto__".
    data: (payload.data as Payload | undefined) ?? null,
    steamshipLine: fields.steamshipLine ?? null,
    billOfLading: fields.billOfLading ?? null,
    reference: fields.reference ?? null,
  };
}

function checkSites({ siteId, locationCode }: Payload): Issue[] {
  if (typeof siteId !== 'string' || typeof locationCode !== 'string' || siteId === locationCode) return [];
  return [{ path: '/payload/locationCode', message: 'differs from siteId: send one of them' }];
}

interface Boxes {
  name: string;
  items: TraceOrder['items'];
}

/** Faults of the spellings together; each by itself is the schema's to judge. */
function checkBoxes(type: TraceType, payload: Payload): Issue[] {
  const { list, one } = spellings[type];
  const isSent = [list, one, 'id'].some((name) => payload[name] !== undefined);
  if (!isSent) return [{ path: `/payload/${list}`, message: `send ${list}: [{ id }], ${one} or id` }];
  const [first, ...others] = listBoxes(type, payload);
  const namesOf = ({ items }: Boxes) => JSON.stringify(items.map(({ id }) => id));
  return others
    .filter((other) => first && namesOf(other) !== namesOf(first))
    .map(({ name }) => ({ path: `/payload/${name}`, message: `differs from ${first?.name}` }));
}

function findBoxes(type: TraceType, payload: Payload): Boxes | undefined {
  return listBoxes(type, payload)[0];
}

/** Every spelling that can be read, the one that wins first. */
function listBoxes(type: TraceType, payload: Payload): Boxes[] {
  const { list, one } = spellings[type];
  const items = boxItems.safeParse(payload[list]).data;
  const single = (name: string): Boxes[] => {
    const id = payload[name];
    return typeof id === 'string' ? [{ name, items: [{ id }] }] : [];
  };
  const listed = items ? [{ name: list, items: items.map(pickItem) }] : [];
  return [...listed, ...single(one), ...single('id')];
}

function pickItem({ id, normalizedId }: { id: string; normalizedId?: string | undefined }) {
  return normalizedId === undefined ? { id } : { id, normalizedId };
}
