import type { FailureReport } from '@envase/db';
import type { ProviderHealth } from '../limits/provider-health.ts';
import type { AskProvider } from '../runs/ask-provider.ts';

/** What a provider is asked with, and where it is noted how that went. */
export interface Login {
  ask: AskProvider;
  health: ProviderHealth;
}

/** Why there is nothing to ask with now: a failed attempt that costs the provider no request. */
export interface Refusal {
  refusal: FailureReport;
}

/** The login as it is now. Rejects while the database is away. */
export type OpenLogin = () => Promise<Login | Refusal>;
