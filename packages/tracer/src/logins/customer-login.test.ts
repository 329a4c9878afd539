import type { CredentialStatus, FailureReport, OpenCredential, ProviderStateDoc } from '@envase/db';
import { ProviderError } from '@envase/providers';
import { createTestClock } from '@envase/runtime';
import { beforeEach, expect, it } from 'vitest';
import { createCustomerLogin } from './customer-login.ts';
import type { Login, Refusal } from './login.ts';

const minute = 60_000;
const group = {
  service: 'availability',
  siteId: '',
  step: 'ask',
  numbers: [],
  billsOfLading: new Map(),
  traces: [],
} as const;
const failure = (code: FailureReport['code']): FailureReport => ({
  code,
  message: code,
  retryAt: null,
  tell: null,
});

let stored: OpenCredential | null;
let checks: CredentialStatus[];
let outages: string[];
let connected: string[];
let clock: ReturnType<typeof createTestClock>;
let customer: ReturnType<typeof createCustomerLogin>;

beforeEach(() => {
  stored = { fields: { user: 'one' }, status: 'unchecked', checkedAt: null, version: 'v1' };
  [checks, outages, connected] = [[], [], []];
  clock = createTestClock(Date.UTC(2026, 5, 1));
  const states = new Map<string, ProviderStateDoc>();
  customer = createCustomerLogin({
    manifest: { id: 'port', name: 'The Port', timeoutMs: 1_000 },
    orgId: 'org-1',
    stateId: 'port~org-1',
    credentials: {
      open: async () => stored,
      recordCheck: async (_orgId, _providerId, { version, status, checkedAt }) => {
        checks.push(status);
        if (stored?.version !== version) return false;
        stored = { ...stored, status, checkedAt };
        return true;
      },
    },
    states: {
      get: async (id) => states.get(id) ?? null,
      getMany: async () => [],
      swap: async (_rev, state) => Boolean(states.set(state._id, state)),
    },
    shared: { succeeded: async () => undefined, failed: async ({ code }) => void outages.push(code) },
    connect: ({ user = '' }) => {
      connected.push(user);
      const ask = async () => {
        throw new ProviderError('login_failed', 'The login was refused');
      };
      return { ask, close: () => undefined };
    },
    clock,
  });
});

async function open(): Promise<Login> {
  const opened = await customer.open();
  if ('refusal' in opened) throw new Error(opened.refusal.message);
  return opened;
}

async function refusal(): Promise<FailureReport> {
  const opened = await customer.open();
  return (opened as Refusal).refusal; // the test fails on what is none
}

it('connects once for each login that is put, and not at all without one', async () => {
  await open();
  await open();
  stored = { fields: { user: 'two' }, status: 'unchecked', checkedAt: null, version: 'v2' };
  await open();
  expect(connected).toEqual(['one', 'two']);
  stored = null;
  expect(await refusal()).toMatchObject({
    code: 'login_failed',
    message: expect.stringContaining('none is stored'),
  });
});

it('rests for five minutes after a refusal, unless it is put anew', async () => {
  await (await open()).health.failed(failure('login_failed'));
  expect(await refusal()).toMatchObject({ code: 'login_failed' });
  clock.advance(5 * minute);
  const again = await open();
  await again.health.failed(failure('login_failed'));
  clock.advance(minute);
  expect(await refusal()).toMatchObject({ code: 'login_failed' });
  stored = { fields: { user: 'two' }, status: 'unchecked', checkedAt: null, version: 'v2' };
  await (await open()).health.succeeded();
  await again.health.failed(failure('login_failed'));
  expect(stored.status).toBe('accepted');
  expect(checks).toEqual(['refused', 'refused', 'accepted', 'refused']);
});

it('notes that it is taken once a minute', async () => {
  const { health } = await open();
  await health.succeeded();
  await health.succeeded();
  clock.advance(minute);
  await health.succeeded();
  expect(checks).toEqual(['accepted', 'accepted']);
});

it('opens a breaker of its own for what stands behind it, and leaves outages to the provider’s', async () => {
  const { health } = await open();
  for (let times = 0; times < 5; times += 1) await health.failed(failure('provider_unavailable'));
  await open();
  expect(outages).toHaveLength(5);
  for (let times = 0; times < 5; times += 1) await health.failed(failure('provider_answer'));
  expect(outages).toHaveLength(5);
  expect(await refusal()).toMatchObject({
    code: 'provider_answer',
    retryAt: new Date(clock.now() + minute / 2),
  });
  clock.advance(minute / 2);
  await (await open()).health.succeeded();
  expect(checks).toEqual(['accepted']);
});

it('says with a refusal where another login is put', async () => {
  const { ask } = await open();
  await expect(
    ask({ ...group, numbers: [], billsOfLading: new Map(), traces: [] }, AbortSignal.timeout(1_000)),
  ).rejects.toMatchObject({
    code: 'login_failed',
    message: expect.stringContaining('PUT /api/credentials/port'),
  });
});
