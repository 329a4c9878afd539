import type { CadenceRuleDoc, CadenceRuleRepository } from '@envase/db';
import { defaultCadenceRules } from '@envase/domain';
import { createTestClock } from '@envase/runtime';
import { describe, expect, it } from 'vitest';
import { startMs } from '../../test/build.ts';
import { listRules, type RuleOptions, removeRule, setRule } from './rules.ts';

// cspell:words facilty availabel
const by = 'ann@host';

function setUp() {
  const kept = new Map<string, CadenceRuleDoc>();
  const cadenceRules: CadenceRuleRepository = {
    list: async () => [...kept.values()],
    put: async (one) => void kept.set(one._id, one),
    remove: async (id) => kept.delete(id),
  };
  return { cadenceRules, clock: createTestClock(startMs) };
}

describe('an operator’s rule', () => {
  it('stands in the place of a starting rule and keeps what is not given', async () => {
    const deps = setUp();
    const starting = defaultCadenceRules.find(({ id }) => id === 'available');
    const set = await setRule(deps, { id: 'available', provider: 'apm' }, { by, every: '30m' });
    const rule = { ...starting, everyMs: 30 * 60_000 };
    const after = { _id: 'apm~available', providerId: 'apm', rule, by, since: new Date(startMs) };
    expect(set).toEqual({ before: null, after });
    const { before } = await setRule(deps, { id: 'available', provider: 'apm' }, { by, every: '2h' });
    expect(before).toEqual(after);
    expect(await listRules(deps)).toMatchObject([{ provider: 'apm', id: 'available', everyMs: 7_200_000 }]);
    const listed = await listRules(deps, { provider: 'apm' });
    expect(listed).toHaveLength(defaultCadenceRules.length + 1);
    expect(await listRules(deps, { provider: 'bnsf' })).toEqual(defaultCadenceRules);
    expect(await removeRule(deps, { id: 'available', provider: 'apm' })).toMatchObject({ after: null });
    expect(await listRules(deps)).toEqual([]);
  });

  it('of a new name comes first, for every provider', async () => {
    const deps = setUp();
    const options = { every: '4h', priority: '3', when: '{"isBlocked":true,"where":["at_facility"]}' };
    const { after } = await setRule(deps, { id: 'mine' }, { by, ...options });
    expect(after.rule).toEqual({
      id: 'mine',
      everyMs: 4 * 3_600_000,
      priority: 3,
      when: { isBlocked: true, where: ['at_facility'] },
    });
    expect((await listRules(deps, { provider: 'cn' }))[0]).toEqual({ ...after.rule, isOwn: true });
  });

  const known = { id: 'available' };
  const isOne = (word: string) => expect.stringMatching(new RegExp(`is one of .*${word}`));
  it.each<[{ id: string; provider?: string }, Partial<RuleOptions>, { path: string; message: unknown }[]]>([
    [known, { every: 'soon' }, [{ path: '--every', message: expect.stringContaining('such as 20m') }]],
    [known, { every: '0m' }, [{ path: '--every', message: expect.stringContaining('1 minute') }]],
    [known, { every: '31d' }, [{ path: '--every', message: expect.stringContaining('30 days') }]],
    [known, { priority: '4' }, [{ path: '--priority', message: expect.stringContaining('0 (the most') }]],
    [known, { when: '{where' }, [{ path: '--when', message: expect.stringContaining('is JSON') }]],
    [known, { when: '[]' }, [{ path: '--when', message: expect.stringContaining('is an object') }]],
    [known, { when: '{}' }, [{ path: '--when', message: 'names at least one condition' }]],
    [known, { when: '{"statuz":["x"]}' }, [{ path: '--when', message: isOne('status') }]],
    [
      known,
      { when: '{"where":["at_facilty"],"leg":"truck"}' },
      [
        { path: '--when/where/0', message: isOne('at_facility') },
        { path: '--when/leg', message: 'is vessel or rail' },
      ],
    ],
    [known, { when: '{"isBlocked":"yes"}' }, [{ path: '--when/isBlocked', message: expect.any(String) }]],
    [known, { when: '{"etaWithinMs":"1"}' }, [{ path: '--when/etaWithinMs', message: expect.any(String) }]],
    [{ ...known, provider: 'apn' }, {}, [{ path: '--provider', message: isOne('apm') }]],
    [
      { id: 'availabel' },
      {},
      [
        { path: '--when', message: isOne('available') },
        { path: '--priority', message: expect.stringContaining('0 to 3') },
      ],
    ],
    [
      { id: 'My rule' },
      { when: '{"isBlocked":true}', priority: '1' },
      [{ path: '<id>', message: expect.any(String) }],
    ],
  ])('%j with %j is refused, and says what would do', async (target, options, details) => {
    const deps = setUp();
    const refused = setRule(deps, target, { by, every: '1h', ...options });
    await expect(refused).rejects.toMatchObject({ code: 'invalid_request', details });
    expect(await listRules(deps)).toEqual([]);
  });

  it('that is not set cannot be removed, and what is set is named', async () => {
    const deps = setUp();
    await setRule(deps, { id: 'available' }, { by, every: '1h' });
    const refused = removeRule(deps, { id: 'available', provider: 'apm' });
    await expect(refused).rejects.toMatchObject({
      code: 'not_found',
      message: 'No rule available is set for apm: set are *~available',
    });
  });
});
