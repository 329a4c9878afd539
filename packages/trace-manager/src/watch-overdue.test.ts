import { createTestClock, newUuid } from '@envase/runtime';
import { waitFor } from '@envase/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildPause, buildTrace, startMs } from '../test/build.ts';
import { type Manager, openManager } from '../test/open-manager.ts';
import { watchOverdue } from './watch-overdue.ts';

let manager: Manager;
const clock = createTestClock(startMs);
beforeAll(async () => {
  manager = await openManager({ redisUrl: process.env.REDIS_URL ?? '', clock });
});
afterAll(() => manager.close());

/** The figures as a scrape shows them, without what is the same in all. */
async function figures(): Promise<string[]> {
  const text = await manager.program.metrics.registry.metrics();
  const samples = text.split('\n').filter((line) => line.startsWith('envase_traces_'));
  return samples.map((line) => line.replace(/,?program="trace-manager"/, '').replace('{}', ''));
}

it('counts what is overdue by more than a minute and not paused, and what is traced per provider', async () => {
  const { traces } = manager.program.db.repositories;
  const { metrics } = manager.program;
  const { readPaused } = manager;
  const watch = watchOverdue({ traces, readPaused, clock, metrics, logger: manager.logger });
  const row = (via: string, dueMs: number) =>
    buildTrace({ _id: `h${newUuid()}`, via, nextTraceAt: new Date(startMs + dueMs) });
  const last = row('bnsf', -60_001);
  await manager.insert(last, row('apm', -59_999), row('apm', 5_000));
  await watch.look();
  expect(await figures()).toEqual([
    'envase_traces_overdue 1',
    'envase_traces_tracing{provider="apm"} 2',
    'envase_traces_tracing{provider="bnsf"} 1',
  ]);
  const { pauses } = manager.program.db.repositories;
  await pauses.put(buildPause('provider', 'bnsf', null));
  await watch.look();
  expect(await figures()).toContain('envase_traces_overdue 0');
  await pauses.remove('provider~bnsf');
  const ended = { ...last, rev: last.rev + 1, tracing: false, nextTraceAt: null };
  await traces.swap([{ expectedRev: last.rev, trace: ended }]);
  await watch.look();
  expect(await figures()).toEqual(['envase_traces_overdue 0', 'envase_traces_tracing{provider="apm"} 2']);
  await watch.stop();
});

it('goes on looking when a look fails', async () => {
  let looks = 0;
  const traces = {
    async countOverdue() {
      looks += 1;
      if (looks < 3) throw new Error('MongoDB is away');
      return 7;
    },
    countTracing: async () => ({}),
  };
  const { program, readPaused } = manager;
  const { metrics } = program;
  const watch = watchOverdue({ traces, readPaused, clock, metrics, logger: manager.logger, everyMs: 5 });
  await waitFor(async () => (await figures()).includes('envase_traces_overdue 7'), { what: 'a figure' });
  expect(manager.lines.join()).toContain('Overdue traces could not be counted');
  await watch.stop();
});
