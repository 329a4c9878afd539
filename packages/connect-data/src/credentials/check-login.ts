import type { CredentialStatus } from '@envase/db';
import { type Provider, ProviderError } from '@envase/providers';
import type { Logger } from '@envase/runtime';

/** Asks a provider whether it takes a login; `unchecked` where it cannot be asked so, or does not answer. */
export type CheckLogin = (
  provider: Provider,
  fields: Readonly<Record<string, string>>,
) => Promise<CredentialStatus>;

/** `urls`: where providers are reached, by id. */
export function createCheckLogin(deps: {
  urls: Readonly<Record<string, string>>;
  logger: Logger;
}): CheckLogin {
  const { urls, logger } = deps;
  return async ({ manifest, checkLogin }, credentials) => {
    const baseUrl = urls[manifest.id];
    if (!checkLogin || baseUrl === undefined) return 'unchecked';
    const signal = AbortSignal.timeout(manifest.timeoutMs);
    try {
      // One request, under a login whose own budget is still whole.
      await checkLogin({ baseUrl, credentials, spend: async () => undefined }, signal);
      return 'accepted';
    } catch (error) {
      const code = error instanceof ProviderError ? error.code : 'provider_timeout';
      if (code === 'login_failed') return 'refused';
      // The code alone: what a client of a provider throws may quote what it sent.
      logger.warn({ providerId: manifest.id, code }, 'A login could not be checked');
      return 'unchecked';
    }
  };
}
