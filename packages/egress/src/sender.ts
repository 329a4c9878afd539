import { createRateLimitedLog, type Logger } from '@envase/runtime';
import { Agent } from 'undici';
import { createGuardedConnector, type Dial, dialTcp } from './connector.ts';
import { Exchange, type SendResult } from './exchange.ts';
import { EgressFailure, UNSENDABLE_HEADER } from './failure.ts';
import { type EgressPolicy, judgeUrl } from './judge-url.ts';
import { createDnsLookup, type Lookup } from './lookup.ts';

export interface SendTimeouts {
  /** Name, TCP and TLS together; 5 s unless given. */
  connectMs?: number;
  /** From the call to the end of the answer; 15 s unless given (contract s6). */
  totalMs?: number;
}

export interface SenderOptions {
  policy: EgressPolicy;
  lookup?: Lookup;
  logger?: Logger;
  timeouts?: SendTimeouts;
  /** Certificates to trust instead of the usual ones (PEM). */
  ca?: string;
  /** Opens the TCP connection; for tests. */
  dial?: Dial;
}

export interface SendInput {
  url: string;
  headers: Record<string, string>;
  body: Buffer | string;
  signal?: AbortSignal;
}

export interface Sender {
  /** Posts once. Answers for whatever the network does; rejects only with the reason of an aborted `signal`. */
  send(input: SendInput): Promise<SendResult>;
  /** Waits for what is under way, then closes every connection. */
  close(): Promise<void>;
}

interface Target {
  origin: string;
  path: string;
  fault?: string;
}

const MAX_TARGETS = 10_000;
const BLOCKED_LOG_EVERY_MS = 10_000;

/**
 * The guarded outgoing POST (quality S4): judged URL, pinned and judged addresses, HTTP/1.1 over kept connections, no proxy, no
 * redirect, nothing decompressed, at most 16 KiB of headers and of body read.
 */
export function createSender(options: SenderOptions): Sender {
  const { policy, logger, timeouts = {} } = options;
  const totalMs = timeouts.totalMs ?? 15_000;
  const agent = createAgent(options);
  const judge = createJudge(policy);
  const log = logger && createRateLimitedLog(logger, BLOCKED_LOG_EVERY_MS);
  const start = (input: SendInput, settle: (result: SendResult) => void): Exchange => {
    const exchange = new Exchange(totalMs, (result) => {
      if (log && isBlocked(result)) log.warn({ host: URL.parse(input.url)?.host }, 'A delivery was blocked');
      settle(result);
    });
    const { origin, path, fault } = judge(input.url);
    const failure = fault ? new EgressFailure('blocked', `The URL ${fault}`) : judgeHeaders(input.headers);
    if (failure) exchange.abort(failure);
    else agent.dispatch({ origin, path, method: 'POST', headers: input.headers, body: input.body }, exchange);
    return exchange;
  };
  let closed: Promise<void> | undefined;
  return {
    send: (input) =>
      input.signal
        ? sendUntil(input.signal, input, start)
        : new Promise((settle) => void start(input, settle)),
    close() {
      closed ??= agent.close();
      return closed;
    },
  };
}

function createAgent(options: SenderOptions): Agent {
  const { policy, lookup = createDnsLookup(), dial = dialTcp, timeouts = {}, ca } = options;
  const connectMs = timeouts.connectMs ?? 5_000;
  return new Agent({
    connect: createGuardedConnector({ policy, lookup, dial, connectMs, ...(ca ? { ca } : {}) }),
    allowH2: false,
    pipelining: 1,
    maxHeaderSize: 16_384,
    // The exchange has one limit over all; undici's own would only cost timers.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 10_000,
    keepAliveMaxTimeout: 60_000,
    // A receiver that moves is followed: after so many sends a busy connection ends and its name is resolved anew.
    maxRequestsPerClient: 1_000,
  });
}

// Hooks are sent to again and again; a verdict depends on nothing but the text and the policy.
function createJudge(policy: EgressPolicy): (url: string) => Target {
  const known = new Map<string, Target>();
  return (text) => {
    const found = known.get(text);
    if (found) return found;
    const verdict = judgeUrl(text, policy);
    const target = verdict.ok
      ? { origin: verdict.url.origin, path: verdict.url.pathname + verdict.url.search }
      : { origin: '', path: '', fault: verdict.reason };
    if (known.size >= MAX_TARGETS) known.clear();
    known.set(text, target);
    return target;
  };
}

// A Host header would choose the virtual host and the TLS server name; the other framing headers undici refuses or checks.
function judgeHeaders(headers: Record<string, string>): EgressFailure | undefined {
  for (const name in headers) {
    if (name.length === 4 && name.toLowerCase() === 'host') {
      return new EgressFailure('protocol', UNSENDABLE_HEADER);
    }
  }
  return undefined;
}

function isBlocked(result: SendResult): boolean {
  return result.kind === 'error' && result.error === 'blocked';
}

async function sendUntil(
  signal: AbortSignal,
  input: SendInput,
  start: (input: SendInput, settle: (result: SendResult) => void) => Exchange,
): Promise<SendResult> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    let exchange: Exchange | undefined;
    const giveUp = () => {
      reject(signal.reason);
      exchange?.abort(new EgressFailure('reset', 'The caller gave up'));
    };
    signal.addEventListener('abort', giveUp, { once: true });
    exchange = start(input, (result) => {
      signal.removeEventListener('abort', giveUp);
      resolve(result);
    });
  });
}
