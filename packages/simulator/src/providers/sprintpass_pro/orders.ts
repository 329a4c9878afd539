import { z } from 'zod';
import { uuidOf } from '../../hash.ts';
import { parseBoxNumber } from '../../iso6346.ts';
import type { World } from '../../world/world.ts';
import type { WireAnswer, WireRequest } from '../provider.ts';
import { ports } from './ports.ts';
import { type DialectId, keyOf, order, settingsOf } from './state.ts';

const place = z.looseObject({ port_cd: z.string().optional(), loc_port: z.string().optional() });
const item = z.looseObject({
  trade_type: z.string().optional(),
  order_nbr: z.string().optional(),
  unit: z.looseObject({ unit_nbr: z.string() }),
  locations: z.array(place).optional(),
});
const orders = z.object({ order: z.array(item).min(1) });
type Item = z.output<typeof item>;

/** Numbers a body names, whatever else is wrong with it. */
export function boxesOf({ body }: WireRequest): string[] {
  const parsed = orders.safeParse(body);
  return parsed.success ? parsed.data.order.map(({ unit }) => unit.unit_nbr) : [];
}

/** Codes of the two interfaces for the same outcomes. */
const codes = {
  sprintpass_pro: { created: '10000', known: '10000', number: '10004', port: '10003' },
  emodal: { created: '20045', known: '20025', number: '20001', port: '30049' },
} as const;

type Outcome = keyof (typeof codes)['emodal'];

const texts: Record<Outcome, string> = {
  created: 'Created successfully',
  known: 'Already requested',
  number: 'Invalid container number',
  port: 'Invalid port code',
};

function placeOne(world: World, id: DialectId, one: Item): Outcome {
  const port = one.locations?.map(({ port_cd, loc_port }) => port_cd ?? loc_port)[0];
  if (port !== undefined && !ports.some((known) => known.id === port)) return 'port';
  const number = parseBoxNumber(one.unit.unit_nbr)?.full;
  if (number === undefined) return 'number';
  if (port !== undefined && !world.tripOf(keyOf(id, number))) world.look(keyOf(id, number), port);
  return order(world, id, number) === 'new' ? 'created' : 'known';
}

/** The older interface calls a repeated order a failure. */
function isSuccess(id: DialectId, outcome: Outcome): boolean {
  return outcome === 'created' || (outcome === 'known' && id === 'sprintpass_pro');
}

/** Places orders: 202 (201 at eModal) where one was taken, 412 where none was. */
export function placeOrders(world: World, id: DialectId, { body }: WireRequest): WireAnswer {
  const parsed = orders.safeParse(body);
  if (!parsed.success) return { status: 400, body: { title: 'Bad Request', status: 400 } };
  const most = id === 'emodal' ? 1 : 100;
  if (parsed.data.order.length > most)
    return { status: 400, body: { title: 'Too many orders', status: 400 } };
  const placed = parsed.data.order.map((one) => ({ one, outcome: placeOne(world, id, one) }));
  const isTaken = placed.some(({ outcome }) => isSuccess(id, outcome));
  const taken = id === 'emodal' ? 201 : 202;
  const isBare = (id === 'emodal') !== settingsOf(world, id).otherForm;
  const rows = placed.map(({ one, outcome }) =>
    isBare ? serviceOrder(world, id, one, outcome) : orchestration(id, one, outcome),
  );
  return { status: isTaken ? taken : 412, body: isBare ? rows : { data: rows } };
}

function orchestration(id: DialectId, one: Item, outcome: Outcome) {
  const success = isSuccess(id, outcome);
  const message = { message_cd: codes[id][outcome], message_txt: texts[outcome] };
  return {
    success,
    unit_nbr: one.unit.unit_nbr,
    messages: [{ ...message, message_severity_cd: success ? 'I' : 'C' }],
  };
}

function serviceOrder(world: World, id: DialectId, one: Item, outcome: Outcome) {
  const success = isSuccess(id, outcome);
  const { unit_nbr } = one.unit;
  return {
    service_order_nbr: uuidOf(world.seed, id, 'order', unit_nbr),
    order_nbr: one.order_nbr ?? null,
    unit_nbr,
    tran_status: success ? 'S' : 'F',
    msgs: [{ msg_sev: success ? 'I' : 'C', msg_cd: codes[id][outcome], msg_desc: texts[outcome] }],
  };
}
