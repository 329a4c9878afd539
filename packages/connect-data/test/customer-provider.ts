import { findProvider, type Provider, ProviderError } from '@envase/providers';

const refusals: Record<string, ProviderError> = {
  wrong: new ProviderError('login_failed', 'The login was refused'),
  away: new ProviderError('provider_unavailable', 'There is no answer'),
};

/** The catalogue and providers whose ids begin with `customer_port`, which customers ask with their own logins; they refuse the password `wrong`. */
export function findTestProvider(id: string): Provider | null {
  const like = findProvider('trapac');
  if (!id.startsWith('customer_port') || !like) return findProvider(id);
  return {
    ...like,
    manifest: {
      ...like.manifest,
      id,
      name: 'Customer Port',
      credentials: { owner: 'customer', fields: ['user', 'password'] },
    },
    checkLogin: async ({ credentials }) => {
      const refusal = refusals[credentials.password ?? ''];
      if (refusal) throw refusal;
    },
  };
}
