import type { TokenAnswer } from '@envase/contracts';
import { errorOf } from './errors.ts';

export interface TokenCache {
  /** A token that still holds for a minute; concurrent callers share one request. Throws EnvaseError where it is refused. */
  get(): Promise<string>;
  /** Drops the cached token after a 401. */
  forget(): void;
}

export interface TokenOptions {
  identityUrl: string;
  clientId: string;
  clientSecret: string;
  scope?: string | undefined;
  fetch: typeof fetch;
  timeoutMs: number;
  now: () => number;
}

const marginMs = 60_000;

/** Asks the Identity Manager for tokens (client credentials, contract s1) and keeps one until shortly before it expires. */
export function createTokenCache(options: TokenOptions): TokenCache {
  let cached: { token: string; until: number } | null = null;
  let pending: Promise<string> | null = null;
  return {
    async get() {
      if (cached && options.now() < cached.until) return cached.token;
      pending ??= requestToken(options)
        .then((answer) => {
          cached = { token: answer.access_token, until: options.now() + answer.expires_in * 1000 - marginMs };
          return answer.access_token;
        })
        .finally(() => {
          pending = null;
        });
      return pending;
    },
    forget() {
      cached = null;
    },
  };
}

async function requestToken(options: TokenOptions): Promise<TokenAnswer> {
  const { identityUrl, clientId, clientSecret, scope = 'connectdata/events', timeoutMs } = options;
  // RFC 6749 s2.3.1: id and secret are form-encoded before they are joined.
  const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
  const response = await options.fetch(`${identityUrl}/oauth2/token`, {
    method: 'POST',
    signal: AbortSignal.timeout(timeoutMs),
    headers: {
      authorization: `Basic ${Buffer.from(pair).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope }).toString(),
  });
  if (!response.ok) throw await errorOf(response);
  return (await response.json()) as TokenAnswer; // RFC 6749 s5.1, from our own Identity Manager
}
