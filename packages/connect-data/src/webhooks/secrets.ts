import type { WebhookDoc, WebhookKey } from '@envase/db';
import { AppError, type KeyRing } from '@envase/runtime';

type Header = { name: string; value: string };

const overlapMs = 24 * 60 * 60_000;
const masked = '***';

/**
 * The hook's keys after `signingKey` is given (contract s6, s10): the same key or none changes nothing; another one takes
 * over and the old one signs beside it for 24 h; a third drops the oldest at once.
 */
export function rotateKeys(
  current: readonly WebhookKey[],
  signingKey: string | undefined,
  by: { ring: KeyRing; hookId: string; now: number },
): WebhookKey[] {
  if (signingKey === undefined) return [...current];
  const [newest] = current;
  if (newest && by.ring.open(newest.sealed, by.hookId) === signingKey) return [...current];
  const sealed = { sealed: by.ring.seal(signingKey, by.hookId), until: null };
  return newest ? [sealed, { ...newest, until: new Date(by.now + overlapMs) }] : [sealed];
}

/** Seals header values; `***` keeps the stored one and is refused where there is none (contract s6). */
export function sealHeaders(
  sent: readonly Header[] | undefined,
  stored: WebhookDoc['headers'],
  by: { ring: KeyRing; hookId: string },
): WebhookDoc['headers'] {
  if (sent === undefined) return stored;
  const keptAs = (name: string) => stored.find((one) => one.name.toLowerCase() === name.toLowerCase());
  const details = sent.flatMap(({ name, value }, index) => {
    if (value !== masked || keptAs(name)) return [];
    const message = '*** keeps a stored value, and there is none';
    return [{ path: `/webhookHeaders/${index}/value`, message }];
  });
  if (details.length > 0) throw new AppError('invalid_request', 'A header has no value', { details });
  return sent.map(({ name, value }) => {
    const kept = value === masked ? keptAs(name) : undefined;
    return { name, sealed: kept?.sealed ?? by.ring.seal(value, by.hookId) };
  });
}
