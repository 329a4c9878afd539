import type { HoldType } from '@envase/contracts';
import type { ObservedHold } from '@envase/domain';
import { type Drift, memberOf, type Row, textOf } from '../kit/fields.ts';

const flags: readonly [field: string, type: HoldType, name: string][] = [
  ['holdsLine', 'line', 'line hold'],
  ['holdsCustoms', 'customs', 'customs hold'],
  ['holdsUSDA', 'usda', 'USDA hold'],
];

// A summary that says nothing the others do not; `NO` stood in a sample beside a stale text.
const summaries: ReadonlySet<string> = new Set(['no', 'n/a']);

/** Standing holds of a box in the yard; null when the row says nothing of them, or anything that cannot be read. */
export function readHolds(row: Row, drift: Drift): ObservedHold[] | null {
  const said = [...flags.map((flag) => readFlagged(row, flag, drift)), readTexts(row, drift)];
  const isClear = readSummary(row, drift);
  const lists = said.filter((one) => one !== null);
  if (!isClear || lists.includes('unclear')) return null;
  return lists.length > 0 ? lists.flatMap((one) => (one === 'unclear' ? [] : one)) : null;
}

type Said = ObservedHold[] | 'unclear' | null;

function readFlagged(row: Row, [field, type, name]: (typeof flags)[number], drift: Drift): Said {
  const text = textOf(row, field);
  const word = text?.toLowerCase();
  if (word === undefined) return null;
  if (word === 'released') return [];
  if (word === 'held') return [{ type, description: name, providerCode: field }];
  drift.note(field, text);
  return 'unclear';
}

/** Texts such as `PIERPASS TMF HOLD`; the traffic mitigation fee is the terminal's to collect. */
function readTexts(row: Row, drift: Drift): Said {
  const value = memberOf(row, 'terminalHold');
  if (value === undefined || value === null) return null;
  const texts = Array.isArray(value) ? value : [value];
  if (texts.some((text) => typeof text !== 'string')) {
    drift.note('terminalHold', value);
    return 'unclear';
  }
  const holds = new Set(texts.map((text) => String(text).trim()).filter((text) => text !== ''));
  return [...holds].map((text) => ({ type: 'terminal', description: text, providerCode: text }));
}

function readSummary(row: Row, drift: Drift): boolean {
  const text = textOf(row, 'hold');
  if (text === null || summaries.has(text.toLowerCase())) return true;
  drift.note('hold', text);
  return false;
}
