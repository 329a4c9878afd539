import type { ErrorBody } from '@envase/contracts';
import { EnvaseError } from './errors.ts';
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
    if (!response.ok) throw await errorOf(response);
    // The cast: what the contract documents for the route.
    return (response.status === 204 ? undefined : await response.json()) as T;
  };
}

/** The first answer that is not worth another try; a lost connection is thrown once the tries are used up. */
async function sendPatiently(call: Call, options: RequestOptions): Promise<Response> {
  let isRenewed = false;
  for (let attempt = 1; ; attempt += 1) {
    const isLast = attempt >= options.attempts;
    const response = await send(call, options).catch((error: unknown) => {
      if (isLast) throw error;
      return null;
    });
    const isStaleToken = response?.status === 401 && !isRenewed;
    if (response && !isStaleToken && (isLast || !isPassing(response.status))) return response;
    await response?.body?.cancel();
    if (!isStaleToken) {
      await options.sleep(waitBefore(attempt + 1, response));
      continue;
    }
    isRenewed = true;
    options.tokens.forget();
  }
}

async function send(call: Call, { baseUrl, tokens, fetch }: RequestOptions): Promise<Response> {
  const url = new URL(`${baseUrl}${call.path}`);
  for (const [name, value] of Object.entries(call.query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return fetch(url, {
    method: call.method,
    headers: {
      authorization: `Bearer ${await tokens.get()}`,
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...call.headers,
    },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
  });
}

function isPassing(status: number): boolean {
  return status === 429 || status === 503;
}

function waitBefore(attempt: number, response: Response | null): number {
  const asked = Number(response?.headers.get('retry-after') ?? Number.NaN) * 1000;
  const doubling = 250 * 2 ** (attempt - 2) * (0.5 + Math.random());
  return Math.min(Number.isFinite(asked) ? asked : doubling, longestWaitMs);
}

/** What a refusal says; a body that is not ours (a proxy's page) leaves the status to speak. */
export async function errorOf(response: Response): Promise<EnvaseError> {
  const text = await response.text();
  try {
    return new EnvaseError(response.status, JSON.parse(text) as Partial<ErrorBody>); // read field by field, none is trusted
  } catch (error) {
    if (error instanceof SyntaxError) return new EnvaseError(response.status, {});
    throw error;
  }
}
