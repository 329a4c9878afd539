import type { PauseDoc, PauseRepository } from '@envase/db';
import { createTestClock } from '@envase/runtime';
import { describe, expect, it } from 'vitest';
import { startMs } from '../../test/build.ts';
import { listPauses, pause, unpause } from './pause.ts';

const by = 'ann@host';
const apm = { kind: 'provider', id: 'apm' } as const;

function setUp() {
  const kept = new Map<string, PauseDoc>();
  const pauses: PauseRepository = {
    list: async () => [...kept.values()],
    put: async (one) => void kept.set(one._id, one),
    remove: async (id) => kept.delete(id),
  };
  return { pauses, clock: createTestClock(startMs) };
}

describe('a pause', () => {
  it('stands until its moment, or until it is taken back', async () => {
    const deps = setUp();
    const until = new Date(startMs + 60_000);
    const first = await pause(deps, apm, { by, until: until.toISOString(), reason: ' their outage ' });
    const reason = 'their outage';
    const since = new Date(startMs);
    expect(first).toEqual({ before: null, after: { _id: 'provider~apm', ...apm, reason, by, since, until } });
    const again = await pause(deps, apm, { by });
    expect(again).toMatchObject({ before: first.after, after: { reason: null, until: null } });
    await pause(deps, { kind: 'organization', id: 'org-1' }, { by, until: until.toISOString() });
    expect(await listPauses(deps)).toHaveLength(2);
    deps.clock.advance(60_000);
    expect(await listPauses(deps)).toEqual([again.after]);
    expect(await unpause(deps, apm)).toEqual({ before: again.after, after: null });
    expect(await listPauses(deps)).toEqual([]);
  });

  it.each([
    [{ kind: 'provider', id: 'apn' } as const, {}, { path: '<id>', message: expect.stringContaining('apm') }],
    [apm, { until: 'tomorrow' }, { path: '--until', message: 'a date, or a time with its offset' }],
    [apm, { until: '2020-01-01' }, { path: '--until', message: 'is later than now' }],
    [apm, { reason: ' ' }, { path: '--reason', message: 'says something' }],
  ])('of %j with %j is refused, and says why', async (target, options, detail) => {
    const deps = setUp();
    const refused = pause(deps, target, { by, ...options });
    await expect(refused).rejects.toMatchObject({ code: 'invalid_request', details: [detail] });
    expect(await listPauses(deps)).toEqual([]);
  });

  it('that is not there cannot be taken back', async () => {
    const refused = unpause(setUp(), apm);
    await expect(refused).rejects.toMatchObject({
      code: 'not_found',
      message: 'The provider apm is not paused',
    });
  });
});
