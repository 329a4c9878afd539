import type { CredentialRepository, ReadPaused } from '@envase/db';
import type { Program } from '@envase/program';
import { isRealTime, isRequestDelayed, type Provider } from '@envase/providers';
import { createRequestBudget } from '@envase/queues';
import { type Clock, hashId, type Shutdown } from '@envase/runtime';
import { connectProvider } from '../connect-provider.ts';
import { createProviderHealth } from '../limits/provider-health.ts';
import { createPurse, type Purse } from '../limits/purse.ts';
import { createLine, startRuns } from '../runs/start-runs.ts';
import { createTellings } from '../runs/tellings.ts';
import { type CustomerLogin, createCustomerLogin } from './customer-login.ts';
import { createRunsByOrganization } from './runs-by-organization.ts';

export interface CustomersOf {
  provider: Provider;
  baseUrl: string;
  credentials: CredentialRepository;
  readPaused: ReadPaused;
  clock: Clock;
  shutdown: Shutdown;
}

/**
 * Runs a provider that each organization asks with its own login, budget and breaker. Throws for a workflow that tells of boxes by
 * itself: what it says could not be told apart by whose login it came over.
 */
export function startCustomers(program: Program, by: CustomersOf): void {
  const { provider, baseUrl, credentials, readPaused, clock, shutdown } = by;
  const { manifest } = provider;
  if (!isRealTime(provider) && !isRequestDelayed(provider))
    throw new Error(`${manifest.id} cannot be asked with logins of customers by its workflow`);
  const { traces, providerStates: states } = program.db.repositories;
  const budget = createRequestBudget({ redis: program.producerRedis, prefix: program.prefix });
  const tellings = createTellings({ states, clock });
  const shared = createProviderHealth({ states, clock, providerId: manifest.id });
  const opened: { purse: Purse; login: CustomerLogin }[] = [];
  const createLineOf = (orgId: string) => {
    // No name of a customer in Redis.
    const credential = hashId(orgId);
    const purse = createPurse({ budget, manifest, credential });
    const spendInTurn = (signal: AbortSignal) => purse.reserve().then(() => purse.spend(signal));
    const login = createCustomerLogin({
      manifest,
      orgId,
      stateId: `${manifest.id}~${credential}`,
      credentials,
      states,
      shared,
      connect: (fields) =>
        connectProvider(provider, {
          connection: { baseUrl, credentials: fields, spend: purse.spend },
          spendInTurn,
          clock,
          traces,
        }),
      clock,
    });
    opened.push({ purse, login });
    return createLine(program, { provider, openLogin: login.open, purse, tellings, readPaused, clock });
  };
  startRuns(program, provider, createRunsByOrganization({ traces, createLine: createLineOf }));
  // Runs that wait for a budget end at once; their traces stay due.
  shutdown.add(`${manifest.id} budgets`, () => opened.forEach(({ purse }) => void purse.close()), 'accept');
  shutdown.add(`${manifest.id} logins`, () => opened.forEach(({ login }) => void login.close()), 'queues');
}
