import type { ObservedHold } from '@envase/domain';
import { type Drift, memberOf, type Row, readFlag, rowOf, rowsOf, textOf } from '../kit/fields.ts';
import { readCustomsText } from './codes.ts';

/** Holds of one kind: null when the row does not speak of them, `unclear` when what it says cannot be read. */
type Said = ObservedHold[] | 'unclear' | null;

/** What stands of customs and of the box's condition; null when the row says nothing, or nothing that can be read. */
export function readHolds(row: Row, drift: Drift): ObservedHold[] | null {
  const said = [readCustoms(row, drift), readCondition(row, drift)];
  if (said.includes('unclear')) return null;
  const lists = said.filter((one) => Array.isArray(one));
  return lists.length > 0 ? lists.flat() : null;
}

/** The newest word of customs: of the list, which is newest first, the first with a time; else the single member. */
function readCustoms(row: Row, drift: Drift): Said {
  const list = rowsOf(memberOf(row, 'CustomsHolds'));
  const newest = list.find((one) => textOf(one, 'Timestamp') !== null) ?? list[0];
  const text = textOf(newest ?? {}, 'Description') ?? textOf(rowOf(row, 'CustomsHold'), 'Description');
  if (!text) {
    const isSaid = memberOf(row, 'CustomsHold') !== undefined || memberOf(row, 'CustomsHolds') !== undefined;
    return isSaid ? [] : null;
  }
  const state = readCustomsText(text);
  if (state === 'free') return [];
  if (state === 'held') return [{ type: 'customs', description: text, providerCode: text }];
  drift.note('CustomsHold.Description', text);
  return 'unclear';
}

function readCondition(row: Row, drift: Drift): Said {
  const value = memberOf(row, 'BadOrder');
  if (value === undefined || value === null) return null;
  const isBad = readFlag(textOf(row, 'BadOrder'));
  if (isBad === null) {
    drift.note('BadOrder', value);
    return textOf(row, 'BadOrder') === null ? null : 'unclear';
  }
  return isBad ? [{ type: 'other', description: 'bad order', providerCode: 'BadOrder' }] : [];
}
