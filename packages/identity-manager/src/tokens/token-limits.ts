import { type Allowance, createTokenBucket, rateLimitHeaders } from '@envase/http';
import type { Clock } from '@envase/runtime';
import { OAuthError } from '../oauth-error.ts';

export interface TokenLimitRules {
  perClientPerMinute: number;
  perAddressPerMinute: number;
}

/** Limits of the token endpoint (contract s10): every request counts for its address, a good one also for its client. */
export interface TokenLimits {
  /** Both throw `temporarily_unavailable` (429) with `Retry-After`; else they return the `RateLimit-*` headers. */
  admitAddress(address: string): Record<string, string>;
  admitClient(clientId: string): Record<string, string>;
}

// A client is counted only after its secret was right: a stranger who knows its id cannot shut it out.
export function createTokenLimits(rules: TokenLimitRules, clock: Pick<Clock, 'now'>): TokenLimits {
  const byAddress = createTokenBucket({ limit: rules.perAddressPerMinute, windowMs: 60_000, clock });
  const byClient = createTokenBucket({ limit: rules.perClientPerMinute, windowMs: 60_000, clock });
  return {
    admitAddress: (address) => admit(byAddress.take(address)),
    admitClient: (clientId) => admit(byClient.take(clientId)),
  };
}

function admit(allowance: Allowance): Record<string, string> {
  const headers = rateLimitHeaders(allowance);
  if (allowance.isAllowed) return headers;
  throw new OAuthError('temporarily_unavailable', 'Too many tokens were asked for: keep one for its hour', {
    ...headers,
    'Retry-After': String(allowance.retryAfterSeconds),
  });
}
