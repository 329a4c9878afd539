import { textOf } from '../kit/fields.ts';
import { isHmacOf, readNoticeJson } from '../kit/notices.ts';
import { type Arrival, type InboundRequest, type Notice, ProviderError } from '../provider.ts';
import { attributesOf, document, type Resource, relatedIds, sliceOf } from './wire.ts';

const header = 'x-t49-webhook-signature';

/** Lower-case hex HMAC-SHA256 of the raw body under the secret that the vendor gave with the web-hook. */
export function verifyTerminal49({ headers, body }: InboundRequest, secret: string): boolean {
  const given = headers[header];
  return typeof given === 'string' && secret !== '' && isHmacOf(given, { key: secret, body });
}

/** Events that say little themselves: the container is read for them. */
const little = /\.(available|not_available)$|\.estimated\.|pickup_appointment\.changed$/;

/** A notification may be a late repetition: then what it says may be overtaken, and the box is read. */
const freshMs = 60_000;

/**
 * What a notification says: each container it includes, or the id of one to be read. What is about requests, documents or
 * shipments alone names no box that changed.
 */
export function parseTerminal49(body: Buffer, { receivedAt }: Arrival): Notice[] {
  const parsed = document.safeParse(readNoticeJson(body));
  if (!parsed.success || parsed.data.data.type !== 'webhook_notification') {
    throw new ProviderError('provider_answer', 'The notification has not the documented form');
  }
  const { data, included = [] } = parsed.data;
  const event = textOf(attributesOf(data), 'event') ?? '';
  const isLate = !(
    receivedAt.getTime() - Date.parse(textOf(attributesOf(data), 'created_at') ?? '') <
    freshMs
  );
  const containers = included.filter(({ type }) => type === 'container');
  const told = containers.flatMap((container): Notice[] => {
    const number = textOf(attributesOf(container), 'number');
    if (number === null || isLate || little.test(event)) return [{ ask: container.id }];
    return [{ number, slice: sliceOf(container, included) }];
  });
  return told.length > 0 ? told : namedOnly(included);
}

/** Containers that stand only in relationships of what is included. */
function namedOnly(included: readonly Resource[]): Notice[] {
  const ids = included.flatMap((one) => [...relatedIds(one, 'container'), ...relatedIds(one, 'containers')]);
  return [...new Set(ids)].map((ask) => ({ ask }));
}
