import { normalizeNumber } from '@envase/domain';
import { z } from 'zod';
import { memberOf, type Row, readFlag, rowsOf, textOf } from '../kit/fields.ts';
import { type BatchRequest, ProviderError } from '../provider.ts';
import { completeNumber } from './message.ts';

/** How one of the vendor's two interfaces takes an order. */
export interface Dialect {
  path: string;
  orderOf(box: { number: string; siteId: string; billOfLading: string | null }): object;
}

/** A bill of lading may be missing: then the vendor warns, and traces. */
export const orchestrations: Dialect = {
  path: '/v1/orchestrations',
  orderOf: ({ number, siteId, billOfLading }) => ({
    trade_type: 'I',
    ...(billOfLading !== null && { billoflading: billOfLading }),
    unit: { unit_nbr: number },
    ...(siteId !== '' && { locations: [{ port_cd: siteId }] }),
  }),
};

/** That `order_type` holds the service code, and that an order's own number may be the box's, is inferred. */
export const serviceOrders: Dialect = {
  path: '/eds/ServiceOrder/ServiceOrders',
  orderOf: ({ number, siteId }) => ({
    trade_type: 'I',
    order_type: 'EMDES',
    order_nbr: number,
    unit: { unit_nbr: number, unit_category: 'CN' },
    ...(siteId !== '' && { locations: [{ loc_type: 'O', loc_port: siteId }] }),
  }),
};

export function ordersOf(dialect: Dialect, batch: Omit<BatchRequest, 'signal'>): object {
  const { numbers, siteId, billsOfLading } = batch;
  const order = numbers.map((number) =>
    dialect.orderOf({
      number: normalizeNumber(number),
      siteId,
      billOfLading: billsOfLading?.get(number)?.trim() || null,
    }),
  );
  return { order };
}

const row = z.record(z.string(), z.unknown());
const rows = z.array(row).min(1);
/** The vendor's own page shows both forms of an answer: the list within `data`, and bare. */
export const orderAnswer = z.union([rows, z.object({ data: rows }).transform(({ data }) => data)]);

/** The box is traced already: what we want (section 13). */
const isTracedAlready = new Set(['20025']);
/** Numbers that the vendor takes for none. */
const isNoNumber = new Set(['10004', '20001']);

type Verdict = 'taken' | 'no_number' | 'refused';

/** Boxes whose order stands, as the vendor spells them. ProviderError `provider_answer` where all were refused for another cause than the number. */
export function readTaken(answer: readonly Row[]): Set<string> {
  const verdicts = answer.map((one) => ({ number: textOf(one, 'unit_nbr'), verdict: verdictOf(one) }));
  if (verdicts.every(({ verdict }) => verdict === 'refused')) {
    const codes = [...new Set(answer.flatMap(codesOf))].join(', ');
    throw new ProviderError('provider_answer', `The provider refused every order (${codes})`);
  }
  const taken = verdicts.filter(({ verdict }) => verdict === 'taken');
  return new Set(taken.flatMap(({ number }) => (number === null ? [] : [completeNumber(number)])));
}

function verdictOf(one: Row): Verdict {
  const codes = codesOf(one);
  const success = readFlag(textOf(one, 'success')) ?? textOf(one, 'tran_status')?.toUpperCase() === 'S';
  if (success || codes.some((code) => isTracedAlready.has(code))) return 'taken';
  return codes.some((code) => isNoNumber.has(code)) ? 'no_number' : 'refused';
}

function codesOf(one: Row): string[] {
  return [...rowsOf(memberOf(one, 'messages')), ...rowsOf(memberOf(one, 'msgs'))]
    .map((message) => textOf(message, 'message_cd') ?? textOf(message, 'msg_cd') ?? '')
    .filter((code) => /^\d{1,9}$/.test(code));
}
