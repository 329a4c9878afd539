import type { ItemWarning, NumberVerdict } from '@envase/contracts';
import { suggestNumber } from './suggest-number.ts';

/** How a number was judged. `normalizedId` is what will be traced, null where nothing can be; `reason` then says why. */
export interface NumberJudgement {
  verdict: NumberVerdict;
  normalizedId: string | null;
  /** The eleven characters, where the check digit was missing. */
  completed: string | null;
  warnings: ItemWarning[];
  reason?: string;
}

const letterValues: Readonly<Record<string, number>> = Object.fromEntries(
  // Values rise from 10 and leave out 11, 22 and 33 (ISO 6346, annex A).
  [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].map((letter, index) => [letter, 10 + index + Math.ceil(index / 10)]),
);

const withoutCheckDigit = /^[A-Z]{3}[UJZ]\d{6}$/;
const complete = /^[A-Z]{3}[UJZ]\d{7}$/;
const foreignMark = /^[A-Z0-9]{4,15}$/;
const separators = /[\s.\-\u2010-\u2015\u2212]/g;

/** Upper case, ASCII, without blanks, hyphens and dots (contract s3). Never completes and never corrects. */
export function normalizeNumber(id: string): string {
  return id
    .replace(/[\uFF01-\uFF5E]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(separators, '')
    .replace(/[a-z]/g, (letter) => letter.toUpperCase());
}

/** The check digit of four letters and six digits (ISO 6346, annex A). Throws RangeError for anything else. */
export function checkDigit(first10: string): number {
  if (!/^[A-Z]{4}\d{6}$/.test(first10)) throw new RangeError('A check digit needs 4 letters and 6 digits');
  const sum = [...first10].reduce(
    (total, character, position) => total + (letterValues[character] ?? Number(character)) * 2 ** position,
    0,
  );
  return (sum % 11) % 10;
}

/** Whether the eleven characters are a container number with the right check digit. */
export function isContainerNumber(number: string): boolean {
  return complete.test(number) && checkDigit(number.slice(0, 10)) === Number(number[10]);
}

/**
 * Judges a container number as a client wrote it (contract s3, s10). A wrong check digit is accepted with a warning, or refused
 * with `strict`; a `normalizedId` that contradicts the id refuses the item.
 */
export function judgeNumber(
  id: string,
  opts: { normalizedId?: string; strict?: boolean } = {},
): NumberJudgement {
  const normal = normalizeNumber(id);
  const completed = withoutCheckDigit.test(normal) ? `${normal}${checkDigit(normal)}` : null;
  const isSame = [undefined, id, normal, completed].includes(opts.normalizedId);
  if (!isSame) return reject('normalizedId is neither the id nor its normal form');
  if (completed) {
    return { verdict: 'missing_check_digit', normalizedId: completed, completed, warnings: [] };
  }
  if (complete.test(normal)) return judgeComplete(normal, opts.strict ?? false);
  if (!foreignMark.test(normal)) return reject('not a container number: 4 to 15 letters and digits');
  return { verdict: 'not_iso6346', normalizedId: normal, completed: null, warnings: warnOfLookalike(normal) };
}

function judgeComplete(normal: string, isStrict: boolean): NumberJudgement {
  if (isContainerNumber(normal)) {
    return { verdict: 'ok', normalizedId: normal, completed: null, warnings: [] };
  }
  const digit = checkDigit(normal.slice(0, 10));
  const message = `The check digit of ${normal} should be ${digit}`;
  const suggestion = suggestNumber(normal, isContainerNumber) ?? `${normal.slice(0, 10)}${digit}`;
  const warnings: ItemWarning[] = [{ code: 'wrong_check_digit', message, suggestion }];
  return isStrict
    ? { verdict: 'wrong_check_digit', normalizedId: null, completed: null, warnings, reason: message }
    : { verdict: 'wrong_check_digit', normalizedId: normal, completed: null, warnings };
}

function warnOfLookalike(normal: string): ItemWarning[] {
  const suggestion = suggestNumber(normal, isContainerNumber);
  if (!suggestion) return [];
  const message = `${normal} is no container number, but ${suggestion} would be`;
  return [{ code: 'wrong_check_digit', message, suggestion }];
}

function reject(reason: string): NumberJudgement {
  return { verdict: 'rejected', normalizedId: null, completed: null, warnings: [], reason };
}
