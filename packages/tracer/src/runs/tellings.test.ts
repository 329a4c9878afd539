import type { ProviderStateDoc } from '@envase/db';
import { createTestClock } from '@envase/runtime';
import { describe, expect, it } from 'vitest';
import { buildTrace } from '../../test/build.ts';
import { createTellings } from './tellings.ts';

const minuteMs = 60_000;

function start() {
  const kept = new Map<string, ProviderStateDoc>();
  const clock = createTestClock(Date.parse('2026-03-02T12:00:00Z'));
  const states = {
    get: async (id: string) => kept.get(id) ?? null,
    getMany: async (ids: readonly string[]) => ids.flatMap((id) => kept.get(id) ?? []),
    async swap(expectedRev: number | null, state: ProviderStateDoc) {
      if ((kept.get(state._id)?.rev ?? null) !== expectedRev) return false;
      kept.set(state._id, state);
      return true;
    },
  };
  return { clock, tellings: createTellings({ states, clock }) };
}

const [one, two] = ['MSCU1234566', 'CSQU3054383'].map((number) => buildTrace({ number }));
const theirs = buildTrace({ number: 'MSCU0000060', orgId: 'org-2' });
if (!one || !two) throw new Error('two traces');
const all = [one, two, theirs];

describe('tellings', () => {
  it('have one trace of each organization carry what failed, with the boxes of that attempt that are its own', async () => {
    const { tellings } = start();
    const tells = await tellings.open(all, 'provider_timeout');
    expect([...tells]).toEqual([
      [one._id, { count: 2, ids: [one.number, two.number] }],
      [theirs._id, { count: 1, ids: [theirs.number] }],
    ]);
  });

  it('tell no later attempt of the window, but another code and the next window', async () => {
    const { tellings, clock } = start();
    await tellings.open([one], 'provider_timeout');
    expect((await tellings.open(all, 'provider_timeout')).has(two._id)).toBe(false);
    expect((await tellings.open([two], 'login_failed')).size).toBe(1);
    clock.advance(30 * minuteMs);
    expect((await tellings.open([two], 'provider_timeout')).size).toBe(1);
  });

  it('tell again after an attempt that succeeded', async () => {
    const { tellings } = start();
    await tellings.open([one], 'provider_timeout');
    await tellings.close([one]);
    expect((await tellings.open([one], 'provider_timeout')).size).toBe(1);
  });

  it('keep published providers, sites and test traces apart', async () => {
    const { tellings } = start();
    const changes = [{}, { providerId: 'bnsf' }, { siteId: 'USNWK' }, { isTest: true }];
    for (const change of changes) {
      const told = await tellings.open([{ ...one, ...change }], 'provider_unavailable');
      expect(told.size).toBe(1);
    }
  });
});
