import { randomUUID } from 'node:crypto';
import { EnvaseError, errorOf } from './errors.ts';
import type { TokenCache } from './tokens.ts';
import { jitteredWait, sleepUnlessAborted, unlessAborted } from './waiting.ts';

/** What every method takes as its last argument. */
export interface CallOptions {
  /** Ends the call, its waits and its retries; what was sent may have been done all the same. */
  signal?: AbortSignal | undefined;
}

export interface PostOptions extends CallOptions {
  /** Sent as `Idempotency-Key`; a random one unless given. The same for every try, so a lost answer does nothing twice. */
  idempotencyKey?: string | undefined;
}

export type QueryValue = string | number | boolean | Date | undefined;

export interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  query?: Record<string, QueryValue>;
  body?: unknown;
  options?: PostOptions | undefined;
  /** How much longer than others one try may take: the wait of a long poll. */
  extraMs?: number;
}

export interface Requester {
  /** The JSON of the answer; undefined where there is none (204). */
  json<T>(call: Call): Promise<T>;
  /** The answer itself, its body not yet read. */
  open(call: Call): Promise<Response>;
}

export interface RequestOptions {
  baseUrl: string;
  tokens: TokenCache;
  fetch: typeof fetch;
  /** Tries in all for 429, 503 and lost connections. */
  attempts: number;
  /** Longest time for one try. */
  timeoutMs: number;
  /** The longest `Retry-After` that is waited for; a longer one is an error at once. */
  longestWaitMs: number;
}

const backoff = { baseMs: 500, capMs: 30_000 };

/**
 * Sends authorized JSON requests: a token is renewed once on 401; 429, 503 and lost connections are tried again, not
 * before `Retry-After`, with full jitter. Throws EnvaseError for what is refused, the signal's reason when aborted.
 */
export function createRequester(options: RequestOptions): Requester {
  return {
    // The casts: what the contract documents for the route.
    json: async <T>(call: Call) => (await sendPatiently(call, { ...options, read: readJson })) as T,
    open: (call) => sendPatiently(call, { ...options, read: async (response) => response }),
  };
}

/** A path whose ids are escaped: none can reach another route. */
export function path(parts: TemplateStringsArray, ...ids: string[]): string {
  return String.raw({ raw: parts }, ...ids.map(escapeId));
}

function escapeId(id: string): string {
  // URLs fold dot segments, also escaped ones; an empty id would be the list.
  if (/^\.{0,2}$/.test(id)) throw new TypeError(`'${id}' is not an id`);
  return encodeURIComponent(id);
}

type Sending<T> = RequestOptions & { read: (response: Response) => Promise<T> };

/** The first good answer; what ended the last try is thrown, and at once what another try cannot help. */
async function sendPatiently<T>(call: Call, sending: Sending<T>): Promise<T> {
  const { attempts, longestWaitMs, tokens } = sending;
  const signal = call.options?.signal;
  const headers = headersOf(call);
  let isRenewed = false;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send(call, headers, sending);
    } catch (error) {
      signal?.throwIfAborted();
      if (isStaleToken(error) && !isRenewed) {
        isRenewed = true;
        tokens.forget();
        continue;
      }
      const asked = error instanceof EnvaseError ? (error.retryAfterMs ?? 0) : 0;
      if (attempt >= attempts || !mayPass(error) || asked > longestWaitMs) throw error;
      await sleepUnlessAborted(asked + jitteredWait(attempt, backoff), signal);
    }
  }
}

/** The same for every try, the idempotency key above all. */
function headersOf({ method, body, options }: Call): Record<string, string> {
  return {
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(method === 'POST' ? { 'idempotency-key': options?.idempotencyKey ?? randomUUID() } : {}),
  };
}

/** Of Connect Data; at the token endpoint 401 means the client itself. */
function isStaleToken(error: unknown): boolean {
  return error instanceof EnvaseError && error.status === 401 && error.code !== 'invalid_client';
}

/** A refusal that passes, or no whole answer; a TypeError without a cause is a wrong argument, not a lost connection. */
function mayPass(error: unknown): boolean {
  if (error instanceof EnvaseError) return error.isPassing;
  return !(error instanceof TypeError && error.cause === undefined);
}

async function send<T>(call: Call, headers: Record<string, string>, sending: Sending<T>): Promise<T> {
  const { baseUrl, tokens, fetch, timeoutMs, read } = sending;
  const signal = call.options?.signal;
  signal?.throwIfAborted();
  const url = new URL(`${baseUrl}${call.path}`);
  for (const [name, value] of Object.entries(call.query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, textOf(value));
  }
  const token = await unlessAborted(tokens.get(), signal);
  const timeout = AbortSignal.timeout(timeoutMs + (call.extraMs ?? 0));
  const response = await fetch(url, {
    method: call.method,
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    headers: { ...headers, authorization: `Bearer ${token}` },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
  });
  if (!response.ok) throw await errorOf(response);
  return read(response);
}

function textOf(value: Exclude<QueryValue, undefined>): string {
  return value instanceof Date ? value.toISOString() : String(value);
}

/** A page that is no JSON (of a proxy that answers 200) is an error of its own, not a riddle. */
async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new EnvaseError(response.status, { message: `the answer of ${response.url} is no JSON` });
  }
}
