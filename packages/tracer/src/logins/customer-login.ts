import type {
  CredentialRepository,
  FailureReport,
  OpenCredential,
  ProviderStateRepository,
} from '@envase/db';
import { isAskable } from '@envase/domain';
import { ProviderError, type ProviderManifest } from '@envase/providers';
import type { Clock } from '@envase/runtime';
import type { ConnectedProvider } from '../connect-provider.ts';
import { createProviderHealth, type ProviderHealth } from '../limits/provider-health.ts';
import type { AskProvider } from '../runs/ask-provider.ts';
import type { Login, OpenLogin } from './login.ts';

export interface CustomerLoginDeps {
  manifest: Pick<ProviderManifest, 'id' | 'name' | 'timeoutMs'>;
  orgId: string;
  /** In `provider_states`: what only this login meets. */
  stateId: string;
  credentials: Pick<CredentialRepository, 'open' | 'recordCheck'>;
  states: ProviderStateRepository;
  /** Of the provider as all its customers meet it. */
  shared: ProviderHealth;
  connect(fields: OpenCredential['fields']): Pick<ConnectedProvider, 'ask' | 'close'>;
  clock: Clock;
}

export interface CustomerLogin {
  open: OpenLogin;
  close(): void;
}

interface Used {
  version: string;
  login: Login;
  close(): void;
}

/** Asking on with a refused login can lock the account; a login that is put anew is used at once. */
const restMs = 5 * 60_000;

/**
 * An organization's own login at a provider (contract s7), read anew for every run: one that was replaced or removed is not used any
 * more. What the provider says to it is noted at the version that was used.
 */
export function createCustomerLogin(deps: CustomerLoginDeps): CustomerLogin {
  const { manifest, orgId, credentials, states, stateId, clock } = deps;
  let used: Used | null = null;
  const dropOthers = (version: string | undefined) => {
    if (!used || used.version === version) return;
    // A request under way has its time.
    setTimeout(used.close, manifest.timeoutMs).unref();
    used = null;
  };
  return {
    async open() {
      const [stored, state] = await Promise.all([credentials.open(orgId, manifest.id), states.get(stateId)]);
      dropOthers(stored?.version);
      if (!stored) return { refusal: missing(manifest) };
      const now = clock.now();
      if (isResting(stored, { now, restMs: clock.wait(restMs) })) return { refusal: refused(manifest) };
      if (isAskable(state?.breaker, now) === 'no')
        return { refusal: unusable(manifest, state?.breaker?.until ?? null) };
      used ??= use(stored, deps);
      return used.login;
    },
    close: () => used?.close(),
  };
}

function use(stored: OpenCredential, deps: CustomerLoginDeps): Used {
  const { ask, close } = deps.connect(stored.fields);
  const login = { ask: sayWhereToMend(ask, deps.manifest), health: createHealth(stored, deps) };
  return { version: stored.version, login, close };
}

function isResting({ status, checkedAt }: OpenCredential, by: { now: number; restMs: number }): boolean {
  return status === 'refused' && checkedAt !== null && by.now - checkedAt.getTime() < by.restMs;
}

// That a login is still taken is written at most this often.
const acceptedEveryMs = 60_000;

/** An outage is everybody's; what stands behind the login is its owner's alone. */
function createHealth(stored: OpenCredential, deps: CustomerLoginDeps): ProviderHealth {
  const { credentials, orgId, manifest, shared, states, stateId, clock } = deps;
  const { version } = stored;
  const own = createProviderHealth({ states, clock, providerId: stateId });
  let quietUntil = 0;
  const note = (status: 'accepted' | 'refused', now: number) =>
    credentials.recordCheck(orgId, manifest.id, { version, status, checkedAt: new Date(now) });
  return {
    async succeeded() {
      const now = clock.now();
      if (now >= quietUntil) {
        await note('accepted', now);
        quietUntil = now + acceptedEveryMs;
      }
      await Promise.all([own.succeeded(), shared.succeeded()]);
    },
    async failed(failure) {
      if (failure.code === 'login_failed') {
        quietUntil = 0;
        await note('refused', clock.now());
      } else await (isOutage(failure) ? shared : own).failed(failure);
    },
  };
}

function isOutage({ code }: FailureReport): boolean {
  return code === 'provider_unavailable' || code === 'provider_timeout';
}

function sayWhereToMend(ask: AskProvider, manifest: CustomerLoginDeps['manifest']): AskProvider {
  return (group, signal) =>
    ask(group, signal).catch((error: unknown) => {
      if (!(error instanceof ProviderError) || error.code !== 'login_failed') throw error;
      throw new ProviderError('login_failed', `${error.message}: ${mend(manifest)}`, { cause: error });
    });
}

type Named = Pick<ProviderManifest, 'id' | 'name'>;

const mend = ({ id }: Named) => `put the login of your organization with PUT /api/credentials/${id}`;
const loginFailure = (message: string): FailureReport => ({
  code: 'login_failed',
  message,
  retryAt: null,
  tell: null,
});

function missing(manifest: Named): FailureReport {
  return loginFailure(
    `${manifest.name} is asked with a login of your own, and none is stored: ${mend(manifest)}`,
  );
}

function refused(manifest: Named): FailureReport {
  return loginFailure(`${manifest.name} refused the stored login: ${mend(manifest)}`);
}

function unusable(manifest: Named, until: Date | null): FailureReport {
  const message = `${manifest.name} gave this login no usable answer several times in a row`;
  return { code: 'provider_answer', message, retryAt: until, tell: null };
}
