import { signDelivery } from '@envase/contracts';
import { type DeliveryDoc, type DeliveryResult, type EventDoc, type WebhookDoc, renderStoredEvent } from '@envase/db';
import { nextAttempt } from '@envase/domain';
import type { Sender, SendResult } from '@envase/egress';
import type { Clock, KeyRing } from '@envase/runtime';
import type { AttemptVerdict } from '../health/judge-health.ts';

export interface AttemptDeps {
  sender: Sender;
  ring: KeyRing;
  clock: Clock;
  random: () => number;
}

/** A hook with its secrets opened, for one drain. */
export interface OpenHook {
  url: string;
  keys: string[];
  headers: Record<string, string>;
}

export interface Attempted {
  result: DeliveryResult;
  verdict: AttemptVerdict;
}

/** Opens a hook's keys that still sign, current first, and its own headers. Throws where a seal does not hold. */
export function openHook(
  hook: WebhookDoc,
  { ring, clock }: Pick<AttemptDeps, 'ring' | 'clock'>,
): OpenHook | null {
  if (hook.url === null) return null;
  const now = clock.now();
  const signing = hook.keys.filter((key) => key.until === null || key.until.getTime() > now);
  return {
    url: hook.url,
    keys: signing.map((key) => ring.open(key.sealed, hook._id)),
    headers: Object.fromEntries(hook.headers.map(({ name, sealed }) => [name, ring.open(sealed, hook._id)])),
  };
}

/** Sends one delivery once, signed anew, and says what is to be recorded (contract s6). */
export async function attempt(
  delivery: DeliveryDoc,
  event: EventDoc,
  by: { hook: OpenHook; deps: AttemptDeps },
): Promise<Attempted> {
  const { hook, deps } = by;
  const { sender, clock } = deps;
  const body = renderStoredEvent(event, delivery.action);
  const at = clock.now();
  const headers = {
    ...hook.headers,
    'content-type': 'application/json',
    'user-agent': 'Envase-Trace',
    ...signDelivery({ eventId: event._id, body, at, keys: hook.keys }),
  };
  const sent = await sender.send({ url: hook.url, headers, body });
  return judge(delivery, sent, { at: new Date(at), deps });
}

function judge(delivery: DeliveryDoc, sent: SendResult, by: { at: Date; deps: AttemptDeps }): Attempted {
  const { clock, random } = by.deps;
  const isDelivered = sent.kind === 'response' && sent.status >= 200 && sent.status < 300;
  const base = { id: delivery._id, attemptCount: delivery.attemptCount, attempt: describe(sent, by.at) };
  if (isDelivered) return { result: { ...base, state: 'delivered', dueAt: null }, verdict: 'delivered' };
  const next = nextAttempt({
    attemptCount: delivery.attemptCount + 1,
    endedAt: clock.now(),
    random,
    retryAfterMs: sent.kind === 'response' ? sent.retryAfterMs : null,
  });
  const verdict = sent.kind === 'response' && sent.status === 410 ? 'gone' : 'failed';
  if ('dead' in next) return { result: { ...base, state: 'dead', dueAt: null }, verdict };
  return { result: { ...base, state: 'retrying', dueAt: new Date(next.dueAt) }, verdict };
}

function describe(sent: SendResult, at: Date): DeliveryResult['attempt'] {
  if (sent.kind === 'response') {
    return { at, status: sent.status, durationMs: sent.durationMs, error: null, answer: sent.answer };
  }
  return {
    at,
    status: null,
    durationMs: sent.durationMs,
    error: `${sent.error}: ${sent.message}`,
    answer: null,
  };
}
