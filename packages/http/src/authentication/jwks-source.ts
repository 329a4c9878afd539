import { createPublicKey, type KeyObject } from 'node:crypto';
import { AppError, asError, type Clock, type Logger } from '@envase/runtime';
import { z } from 'zod';
import { fetchJson as fetchJsonByHttp } from './fetch-json.ts';
import type { JwksSource } from './token-verifier.ts';

export interface JwksSourceOptions {
  url: string;
  logger: Logger;
  clock: Pick<Clock, 'now'>;
  fetchJson?: (url: string) => Promise<unknown>;
  everyMs?: number;
  /** Refreshes for unknown keys are at least this far apart. */
  minRefreshMs?: number;
}

const FIRST_RETRY_MS = 1_000;
const MIN_RSA_BITS = 2_048;
const jwks = z.object({
  keys: z
    .array(
      z.object({
        kty: z.string(),
        kid: z.string().optional(),
        use: z.string().optional(),
        alg: z.string().optional(),
        n: z.string().max(2_000).optional(),
        e: z.string().max(20).optional(),
      }),
    )
    .max(50),
});
type Jwk = z.output<typeof jwks>['keys'][number];

/**
 * The issuer's keys by HTTP: fetched at start, every 5 minutes, and for an unknown `kid` at most once per 10 s. While the issuer
 * does not answer, the last copy stays in use. `start` resolves after the first try, whether it succeeded or not.
 */
export function createJwksSource(
  options: JwksSourceOptions,
): JwksSource & { start(): Promise<void>; stop(): void } {
  const {
    url,
    logger,
    clock,
    fetchJson = fetchJsonByHttp,
    everyMs = 300_000,
    minRefreshMs = 10_000,
  } = options;
  let keys = new Map<string, KnownKey>();
  let triedAt = Number.NEGATIVE_INFINITY;
  let loading: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const load = async () => {
    try {
      keys = readKeys(await fetchJson(url), keys);
    } catch (error) {
      logger.warn({ err: asError(error), url }, 'The keys of the issuer could not be fetched');
    }
  };
  const loadOnce = (): Promise<void> => {
    triedAt = clock.now();
    loading ??= load().finally(() => {
      loading = undefined;
    });
    return loading;
  };
  const loadAndSchedule = async (): Promise<void> => {
    await loadOnce();
    if (isStopped) return;
    timer = setTimeout(loadAndSchedule, keys.size > 0 ? everyMs : FIRST_RETRY_MS).unref();
  };

  return {
    find: (kid) => keys.get(kid)?.key,
    isReady: () => keys.size > 0,
    async refresh() {
      if (loading) return loading;
      if (clock.now() - triedAt >= minRefreshMs) await loadOnce();
    },
    start: loadAndSchedule,
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

interface KnownKey {
  key: KeyObject;
  n: string;
  e: string;
}

function readKeys(answer: unknown, known: ReadonlyMap<string, KnownKey>): Map<string, KnownKey> {
  const parsed = jwks.safeParse(answer);
  if (!parsed.success) throw new AppError('unavailable', 'The answer is not a key set');
  const keys = new Map<string, KnownKey>();
  for (const jwk of parsed.data.keys) {
    const key = readKey(jwk, known);
    if (key && jwk.kid) keys.set(jwk.kid, key);
  }
  if (keys.size === 0) throw new AppError('unavailable', 'The key set holds no key for RS256');
  return keys;
}

function readKey(jwk: Jwk, known: ReadonlyMap<string, KnownKey>): KnownKey | null {
  const { kty, kid, n, e, use = 'sig', alg = 'RS256' } = jwk;
  if (kty !== 'RSA' || !kid || !n || !e || use !== 'sig' || alg !== 'RS256') return null;
  const same = known.get(kid);
  // The same object as before: tokens that were verified with it stay cached.
  if (same && same.n === n && same.e === e) return same;
  const key = createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' });
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  return bits >= MIN_RSA_BITS ? { key, n, e } : null;
}
