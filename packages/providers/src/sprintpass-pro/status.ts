import { type Drift, type Row, textOf } from '../kit/fields.ts';
import { descriptions, statuses } from './codes.ts';

/** The status that an answer means; null for none, and for one that is not known. */
export function readStatus(info: Row, drift: Drift): string | null {
  const code = textOf(info, 'status_cd')?.toUpperCase() ?? null;
  const words = textOf(info, 'status_desc')?.toUpperCase() ?? '';
  const meant = Object.hasOwn(descriptions, words) ? (descriptions[words] ?? null) : null;
  // One of the vendor's own samples pairs `O` with GATE IN: the words are right there.
  if (meant !== null && code !== null && meant !== code) drift.note('status_cd', `${code} ${words}`);
  if (meant !== null) return meant;
  if (code === null || Object.hasOwn(statuses, code)) return code;
  drift.note('status_cd', code);
  return null;
}
