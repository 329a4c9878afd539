import { signDelivery } from '@envase/contracts';
import type { ReceivedEvent } from '../answers.ts';

export interface ForwardOptions {
  /** The receiver, e.g. `http://localhost:3000/hook`. */
  to: string;
  /** Signs what is forwarded as the platform would; unsigned without. */
  signingKey?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** What the receiver said; `answer` is its first line, shortened. */
export interface Forwarded {
  status: number;
  durationMs: number;
  answer: string;
}

// As long as the platform itself waits (contract s6).
const timeoutMs = 15_000;
const shownCharacters = 200;

/** Posts an event as the platform would deliver it. Rejects where nobody answers. */
export async function forwardEvent(event: ReceivedEvent, options: ForwardOptions): Promise<Forwarded> {
  const { to, signingKey, signal } = options;
  const body = JSON.stringify(event);
  const at = Date.now();
  const keys = signingKey === undefined ? [] : [signingKey];
  const timeout = AbortSignal.timeout(timeoutMs);
  const response = await fetch(to, {
    method: 'POST',
    // A redirect is a failure, as it is for the platform.
    redirect: 'manual',
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    headers: { 'content-type': 'application/json', ...signDelivery({ eventId: event.id, body, at, keys }) },
    body,
  });
  const [firstLine = ''] = (await response.text()).split('\n');
  return {
    status: response.status,
    durationMs: Date.now() - at,
    answer: firstLine.slice(0, shownCharacters),
  };
}
