import { EnvaseError, errorOf } from './errors.ts';
import type { TokenCache } from './tokens.ts';

export interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  query?: Record<string, string | number | undefined>;
  body?: unknown;
  headers?: Record<string, string>;
}

export type Request = <T>(call: Call) => Promise<T>;

export interface RequestOptions {
  baseUrl: string;
  tokens: TokenCache;
  fetch: typeof fetch;
  /** Tries in all for 429, 503 and lost connections. */
  attempts: number;
  /** Longest time for one try. */
  timeoutMs: number;
  sleep: (ms: number) => Promise<void>;
}

const longestWaitMs = 30_000;

/**
 * Sends authorized JSON requests: a token is renewed once on 401; 429, 503 and lost connections are tried again after
 * `Retry-After`, or with doubling, jittered waits. Throws EnvaseError for what is refused.
 */
export function createRequest(options: RequestOptions): Request {
  return async <T>(call: Call): Promise<T> => {
    const response = await sendPatiently(call, options);
    // The cast: what the contract documents for the route.
    return (response.status === 204 ? undefined : await response.json()) as T;
  };
}

/** The first good answer; what ended the last try is thrown, and at once what another try cannot help. */
async function sendPatiently(call: Call, options: RequestOptions): Promise<Response> {
  let isRenewed = false;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send(call, options);
    } catch (error) {
      if (isStaleToken(error) && !isRenewed) {
        isRenewed = true;
        options.tokens.forget();
        continue;
      }
      const isRefused = error instanceof EnvaseError && !error.isPassing;
      if (isRefused || attempt >= options.attempts) throw error;
      await options.sleep(waitAfter(attempt, error));
    }
  }
}

/** Of Connect Data; at the token endpoint 401 means the client itself. */
function isStaleToken(error: unknown): boolean {
  return error instanceof EnvaseError && error.status === 401 && error.code !== 'invalid_client';
}

async function send(call: Call, { baseUrl, tokens, fetch, timeoutMs }: RequestOptions): Promise<Response> {
  const url = new URL(`${baseUrl}${call.path}`);
  for (const [name, value] of Object.entries(call.query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  const response = await fetch(url, {
    method: call.method,
    signal: AbortSignal.timeout(timeoutMs),
    headers: {
      authorization: `Bearer ${await tokens.get()}`,
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...call.headers,
    },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
  });
  if (!response.ok) throw await errorOf(response);
  return response;
}

function waitAfter(attempt: number, error: unknown): number {
  const asked = error instanceof EnvaseError ? error.retryAfterMs : null;
  const doubling = 500 * 2 ** (attempt - 1) * (0.5 + Math.random());
  return Math.min(asked ?? doubling, longestWaitMs);
}
