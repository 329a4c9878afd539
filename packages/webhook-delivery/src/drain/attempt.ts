import { type DeliveryAttempt, type DeliveryResult, renderStoredEvent } from '@envase/db';
import { nextAttempt } from '@envase/domain';
import { type OpenHook, type Sender, type SendInput, type SendResult, signPost } from '@envase/egress';
import type { Clock } from '@envase/runtime';
import type { AttemptVerdict } from '../health/judge-health.ts';
import type { Outgoing } from './chain.ts';

export interface AttemptDeps {
  sender: Sender;
  clock: Clock;
  random: () => number;
}

export interface Attempted {
  result: DeliveryResult;
  verdict: AttemptVerdict;
}

/** Sends one delivery once, signed anew, and says what is to be recorded (contract s6). */
export async function attempt(
  outgoing: Outgoing,
  by: { hook: OpenHook; deps: AttemptDeps },
): Promise<Attempted> {
  const { hook, deps } = by;
  const at = deps.clock.now();
  const fail = (error: string) => ({ at: new Date(at), status: null, durationMs: 0, error, answer: null });
  if (hook.fault !== null) return tryAgain(outgoing, { attempt: fail(hook.fault), retryAfterMs: null, deps });
  const prepared = prepare(outgoing, hook, at);
  // No later attempt can do better, and it says nothing about the receiver.
  if ('fault' in prepared) return { result: die(outgoing, fail(prepared.fault)), verdict: 'unsent' };
  const sent = await deps.sender.send(prepared);
  return judge(outgoing, sent, { attempt: describe(sent, new Date(at)), deps });
}

function prepare({ delivery, event }: Outgoing, hook: OpenHook, at: number): SendInput | { fault: string } {
  if (event === undefined) return { fault: 'The event is no longer kept' };
  try {
    return signPost(hook, { eventId: event._id, text: renderStoredEvent(event, delivery.action), at });
  } catch {
    // What was thrown may quote the event: the reason kept with the delivery says nothing of it.
    return { fault: 'The event cannot be rendered' };
  }
}

function judge(
  outgoing: Outgoing,
  sent: SendResult,
  by: { attempt: DeliveryAttempt; deps: AttemptDeps },
): Attempted {
  if (sent.kind === 'error') return tryAgain(outgoing, { ...by, retryAfterMs: null });
  const { status, retryAfterMs } = sent;
  if (status >= 200 && status < 300) {
    const result = { ...fenceOf(outgoing), state: 'delivered', dueAt: null, attempt: by.attempt } as const;
    return { result, verdict: 'delivered' };
  }
  const asks = status === 429 || status === 503;
  const again = tryAgain(outgoing, { ...by, retryAfterMs: asks ? retryAfterMs : null });
  return status === 410 ? { ...again, verdict: 'gone' } : again;
}

function tryAgain(
  outgoing: Outgoing,
  by: { attempt: DeliveryAttempt; retryAfterMs: number | null; deps: AttemptDeps },
): Attempted {
  const { clock, random } = by.deps;
  const attemptCount = outgoing.delivery.attemptCount + 1;
  const next = nextAttempt({ attemptCount, endedAt: clock.now(), random, retryAfterMs: by.retryAfterMs });
  if ('dead' in next) return { result: die(outgoing, by.attempt), verdict: 'failed' };
  const dueAt = new Date(next.dueAt);
  const result = { ...fenceOf(outgoing), state: 'retrying', dueAt, attempt: by.attempt } as const;
  return { result, verdict: 'failed' };
}

function die(outgoing: Outgoing, attempt: DeliveryAttempt): DeliveryResult {
  return { ...fenceOf(outgoing), state: 'dead', dueAt: null, attempt };
}

/** What the delivery was when it was read: a result is recorded only where it still is that. */
function fenceOf({ delivery }: Outgoing): Pick<DeliveryResult, 'id' | 'attemptCount' | 'round'> {
  return { id: delivery._id, attemptCount: delivery.attemptCount, round: delivery.round ?? 0 };
}

function describe(sent: SendResult, at: Date): DeliveryAttempt {
  const { durationMs } = sent;
  if (sent.kind === 'response') {
    return { at, status: sent.status, durationMs, error: null, answer: sent.answer };
  }
  return { at, status: null, durationMs, error: `${sent.error}: ${sent.message}`, answer: null };
}
