import { signDelivery } from '@envase/contracts';
import { asError, type Clock, type KeyRing, type Logger } from '@envase/runtime';
import type { SendInput } from './sender.ts';

/** A web-hook as it is stored: its secrets sealed with the key ring, owner = `_id`. */
export interface SealedHook {
  _id: string;
  url: string | null;
  /** `until`: when a replaced key stops signing; null for the current one. */
  keys: readonly { sealed: string; until: Date | null }[];
  headers: readonly { name: string; sealed: string }[];
}

/** A hook ready to be sent to. `fault` says why it cannot be: its attempts fail, and are tried again, with that reason. */
export interface OpenHook {
  url: string;
  /** Those that still sign, current first. */
  keys: string[];
  /** All but what signs. */
  headers: Record<string, string>;
  fault: string | null;
}

const SEALED = 'The signing key or a header of this web-hook cannot be opened: register them again';

/** Opens a hook's keys that still sign and its own headers (contract s6). */
export function openHook(
  hook: SealedHook,
  { ring, clock, logger }: { ring: Pick<KeyRing, 'open'>; clock: Pick<Clock, 'now'>; logger: Logger },
): OpenHook {
  const url = hook.url ?? '';
  try {
    const now = clock.now();
    const signing = hook.keys.filter(({ until }) => until === null || until.getTime() > now);
    const keys = signing.map(({ sealed }) => ring.open(sealed, hook._id));
    return { url, keys, headers: openHeaders(hook, ring), fault: null };
  } catch (error) {
    // Not the end of its deliveries: the key ring may lack a key that an operator brings back.
    logger.error({ err: asError(error), webhookId: hook._id }, 'The secrets of a web-hook cannot be opened');
    return { url, keys: [], headers: {}, fault: SEALED };
  }
}

/** The request that delivers an event's text to an open hook, signed for this moment (contract s6, Delivery). */
export function signPost(
  { url, keys, headers }: OpenHook,
  { eventId, text, at }: { eventId: string; text: string; at: number },
): SendInput {
  const body = Buffer.from(text);
  return { url, headers: { ...headers, ...signDelivery({ eventId, body, at, keys }) }, body };
}

function openHeaders(hook: SealedHook, ring: Pick<KeyRing, 'open'>): Record<string, string> {
  const own = hook.headers.map(({ name, sealed }) => [name, ring.open(sealed, hook._id)] as const);
  const hasAgent = own.some(([name]) => name.toLowerCase() === 'user-agent');
  return {
    ...(hasAgent ? {} : { 'user-agent': 'Envase-Trace' }),
    ...Object.fromEntries(own),
    'content-type': 'application/json',
  };
}
