import type { Dispatcher } from 'undici';
import { asSendFailure, EgressFailure, type SendErrorKind } from './failure.ts';
import { parseRetryAfter } from './retry-after.ts';

/** What came of one send. `answer` is the first 1 KiB of the body as text; `retryAfterMs` is at most 24 h. */
export type SendResult =
  | { kind: 'response'; status: number; durationMs: number; answer: string; retryAfterMs: number | null }
  | { kind: 'error'; error: SendErrorKind; message: string; durationMs: number };

const KEPT_BYTES = 1_024;
const MAX_BYTES = 16_384;
const MAX_INFORMATIONAL = 16;

/**
 * One request and its answer, as undici reports it. A class, as one lives per delivery and undici calls its methods. Once the
 * head of the answer is here the receiver has spoken: a body that is cut, endless or too slow changes nothing.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  #settle: ((result: SendResult) => void) | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #timer: NodeJS.Timeout;
  #startedMs = performance.now();
  #status = 0;
  #informational = 0;
  #retryAfterMs: number | null = null;
  #bytes = 0;
  #kept: Buffer | undefined;

  constructor(totalMs: number, settle: (result: SendResult) => void) {
    this.#settle = settle;
    this.#timer = setTimeout(expire, totalMs, this, totalMs);
  }

  /** Ends it from outside; a request that still waits for its connection is never sent. */
  abort(failure: EgressFailure): void {
    this.#finish(failure);
    this.#controller?.abort(failure);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (!this.#settle)
      controller.abort(new EgressFailure('timeout', 'The time was over before the request was sent'));
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) {
      this.#informational += 1;
      if (this.#informational > MAX_INFORMATIONAL) {
        controller.abort(new EgressFailure('protocol', 'The receiver sent too many interim answers'));
      }
      return;
    }
    this.#status = status;
    const wait = headers['retry-after'];
    if (wait !== undefined) this.#retryAfterMs = parseRetryAfter(wait, Date.now());
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#kept) this.#kept = chunk;
    else if (this.#kept.length < KEPT_BYTES) this.#kept = Buffer.concat([this.#kept, chunk]);
    this.#bytes += chunk.length;
    if (this.#bytes > MAX_BYTES) controller.abort(new EgressFailure('protocol', 'The answer is too long'));
  }

  onResponseEnd(): void {
    this.#finish();
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.#finish(asSendFailure(error));
  }

  #finish(failure?: EgressFailure): void {
    const settle = this.#settle;
    if (!settle) return;
    this.#settle = undefined;
    clearTimeout(this.#timer);
    const durationMs = Math.round(performance.now() - this.#startedMs);
    if (this.#status !== 0) {
      const answer = this.#kept ? firstText(this.#kept) : '';
      settle({
        kind: 'response',
        status: this.#status,
        durationMs,
        answer,
        retryAfterMs: this.#retryAfterMs,
      });
    } else {
      const { kind, message } =
        failure ?? new EgressFailure('reset', 'The connection ended without an answer');
      settle({ kind: 'error', error: kind, message, durationMs });
    }
  }
}

// A function of its own, so that a send makes no closure for its timer.
function expire(exchange: Exchange, totalMs: number): void {
  exchange.abort(new EgressFailure('timeout', `No answer within ${totalMs} ms`));
}

function firstText(bytes: Buffer): string {
  let end = Math.min(bytes.length, KEPT_BYTES);
  if (end < bytes.length) {
    // Not through the middle of a character: back to a byte that begins one.
    while (end > KEPT_BYTES - 4 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  }
  return bytes.toString('utf8', 0, end);
}
