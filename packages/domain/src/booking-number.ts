import type { NumberJudgement } from './iso6346.ts';

/** Judges a booking number: trimmed and upper-cased, 1–35 of `A-Z 0-9 - /` (contract s10, "booking numbers"). */
export function judgeBooking(id: string, opts: { normalizedId?: string } = {}): NumberJudgement {
  const normal = normalizeBooking(id);
  const isSame = [undefined, id, normal].includes(opts.normalizedId);
  if (!isSame) return reject('normalizedId is neither the id nor its normal form');
  if (!/^[A-Z0-9/-]{1,35}$/.test(normal)) return reject('not a booking number: 1 to 35 of A-Z 0-9 - /');
  return { verdict: 'ok', normalizedId: normal, completed: null, warnings: [] };
}

/** A booking number in the one spelling in which it is compared. */
export function normalizeBooking(id: string): string {
  return id.trim().replace(/[a-z]/g, (letter) => letter.toUpperCase());
}

function reject(reason: string): NumberJudgement {
  return { verdict: 'rejected', normalizedId: null, completed: null, warnings: [], reason };
}
