import type { Authorization } from './http.ts';

export interface IssuedToken {
  token: string;
  livesMs: number;
}

const marginMs = 120_000;

/**
 * A bearer token that is fetched once for all who wait for it, kept, and fetched anew two minutes before it runs out
 * (at half its life if that is shorter) or after it was refused. A failed fetch is not kept.
 */
export function createTokenSource(
  fetchToken: () => Promise<IssuedToken>,
  now: () => number = () => performance.now(),
): Authorization {
  let kept: { headers: Promise<Record<string, string>>; renewAt: number } | null = null;
  let refused: string | null = null;

  function fetchKept() {
    const entry = { headers: Promise.resolve({}), renewAt: Number.POSITIVE_INFINITY };
    const begun = now();
    entry.headers = fetchToken().then(
      ({ token, livesMs }) => {
        entry.renewAt = begun + Math.max(livesMs - marginMs, livesMs / 2);
        return { authorization: `Bearer ${token}` };
      },
      (error: unknown) => {
        if (kept === entry) kept = null;
        throw error;
      },
    );
    return entry;
  }

  return {
    async headers() {
      if (!kept || kept.renewAt <= now()) kept = fetchKept();
      return kept.headers;
    },
    discard({ authorization }) {
      if (authorization === undefined || authorization === refused) return;
      refused = authorization;
      kept = null;
    },
  };
}
