import { defaultCadenceRules } from '@envase/domain';
import { createTestClock } from '@envase/runtime';
import { expect, it } from 'vitest';
import { at, START } from '../../test/documents.ts';
import { useDatabase } from '../../test/open-database.ts';
import type { PauseDoc } from './operator-list-documents.ts';
import { createReadCadence } from './read-cadence.ts';
import { createReadPaused } from './read-paused.ts';

const db = useDatabase();
const pauses = () => db().repositories.pauses;

function pause(id: string, changes: Partial<PauseDoc> = {}): PauseDoc {
  return {
    _id: `provider~${id}`,
    kind: 'provider',
    id,
    reason: 'they asked for it',
    by: 'somebody@somewhere',
    since: at(0),
    until: null,
    ...changes,
  };
}

it('keeps one pause of each, the newest, until it is taken back', async () => {
  const [first, second] = [pause('apm'), pause('apm', { until: at(60_000), reason: null })];
  await pauses().put(first);
  await pauses().put(second);
  expect(await pauses().list()).toEqual([second]);
  const clock = createTestClock(START);
  const readPaused = createReadPaused({ pauses: pauses(), clock, forMs: 0 });
  expect((await readPaused()).providers).toEqual(new Map([['apm', at(60_000)]]));
  clock.advance(60_000);
  expect((await readPaused()).providers.size).toBe(0);
  expect(await pauses().remove(second._id)).toBe(true);
  expect(await pauses().remove(second._id)).toBe(false);
  expect(await pauses().list()).toEqual([]);
});

it('gives the rules of a provider as they are set, and keeps nothing that was taken back', async () => {
  const { cadenceRules } = db().repositories;
  const rule = { id: 'available', when: {}, everyMs: 60_000, priority: 1 } as const;
  await cadenceRules.put({ _id: 'apm~available', providerId: 'apm', rule, by: 'x', since: at(0) });
  const readCadence = createReadCadence({ cadenceRules, forMs: 0 });
  expect(await readCadence('apm')).toContainEqual({ ...rule, isOwn: true });
  expect(await readCadence('bnsf')).toEqual(defaultCadenceRules);
  await cadenceRules.remove('apm~available');
  expect(await readCadence('apm')).toEqual(defaultCadenceRules);
});
