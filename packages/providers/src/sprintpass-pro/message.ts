import { checkDigit, normalizeNumber } from '@envase/domain';
import { memberOf, type Row, rowOf, rowsOf, textOf } from '../kit/fields.ts';
import type { Told } from '../provider.ts';

/** The box that a notification is about, eleven characters; the vendor also writes ten, and calls the member by two names. */
export function boxOf(notification: Row): string | null {
  const request = rowOf(notification, 'orchestration_request');
  const text = textOf(request, 'unit_nbr') ?? textOf(request, 'container_nbr');
  return text === null ? null : completeNumber(text);
}

/** A number with its check digit, where the vendor left it out. */
export function completeNumber(text: string): string {
  const number = normalizeNumber(text);
  return /^[A-Z]{4}\d{6}$/.test(number) ? `${number}${checkDigit(number)}` : number;
}

/** What a notification says of its box: what is known, or that nothing is; null where it says neither. */
export function readNotification(notification: Row): Told | null {
  const number = boxOf(notification);
  if (number === null) return null;
  if (Object.keys(rowOf(notification, 'unit_status')).length > 0) return { number, slice: notification };
  return isGivenUp(rowOf(notification, 'orchestration_status')) ? { number, slice: undefined } : null;
}

// Ended with a critical message: the box was not found (section 17). Severities are letters, and digits for some.
function isGivenUp(status: Row): boolean {
  const severities = rowsOf(memberOf(status, 'messages')).map((one) => textOf(one, 'message_severity_cd'));
  return textOf(status, 'ended_dttm') !== null && severities.includes('C');
}
