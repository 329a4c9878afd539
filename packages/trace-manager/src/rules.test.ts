import { defaultCadenceRules } from '@envase/domain';
import { createTestClock } from '@envase/runtime';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildAnswer, buildTrace, discharged, startMs } from '../test/build.ts';
import { type Manager, openManager } from '../test/open-manager.ts';
import { settle } from './settling/settle.ts';

let manager: Manager;
beforeAll(async () => {
  const clock = createTestClock(startMs + 60_000);
  manager = await openManager({ redisUrl: process.env.REDIS_URL ?? '', clock });
});
afterAll(() => manager.close());

it('plan by what operators have set, which wins where the starting rule has lost', async () => {
  const { rules, program } = manager;
  const { cadenceRules } = program.db.repositories;
  const trace = buildTrace();
  const settled = async () =>
    settle(trace, [buildAnswer(trace, discharged)], await rules.ofSettling(trace)).why;
  const starting = await settled();
  expect(starting.inputs).not.toHaveProperty('setBy');
  const found = defaultCadenceRules.find(({ id }) => id === starting.rule);
  if (!found) throw new Error('A starting rule decides');
  const { id } = found;
  const rule = { ...found, everyMs: 7 * 60_000 };
  await cadenceRules.put({ _id: `apm~${id}`, providerId: 'apm', rule, by: 'x', since: new Date() });
  const own = await settled();
  expect(own).toMatchObject({ rule: id, inputs: { setBy: 'operator', intervalMs: 7 * 60_000 } });
  expect(own.losers.map((loser) => loser.rule)).toContain(`${id} (default)`);
  const other = await rules.ofSettling(buildTrace({ providerId: 'bnsf' }));
  expect(other.rules).toEqual(defaultCadenceRules);
});
