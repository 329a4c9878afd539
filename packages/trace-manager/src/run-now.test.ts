import { nobodyPaused } from '@envase/domain';
import { AppError, createLogger } from '@envase/runtime';
import { describe, expect, it } from 'vitest';
import { buildTrace } from '../test/build.ts';
import { createRunNow } from './run-now.ts';

function setUp(
  options: { answer?: 'yes' | 'probe' | 'no'; isRedisAway?: boolean; pausedOrgId?: string } = {},
) {
  const lines: string[] = [];
  const added: string[] = [];
  const runNow = createRunNow({
    askable: { ask: async () => options.answer ?? 'yes' },
    readPaused: async () => ({
      ...nobodyPaused,
      organizations: new Map(options.pausedOrgId ? [[options.pausedOrgId, null]] : []),
    }),
    producer: {
      async addLanes(queue, _jobName, items) {
        if (options.isRedisAway) throw new AppError('unavailable', 'Redis is not reachable');
        added.push(...items.map(({ laneId, lifo }) => `${queue.name} ${laneId} ${lifo}`));
      },
    },
    logger: createLogger({ program: 'test', destination: { write: (line) => void lines.push(line) } }),
  });
  return { runNow, lines, added };
}

describe('runNow', () => {
  it('queues each trace at its own provider, ahead of the backlog', async () => {
    const { runNow, added } = setUp();
    const traces = [buildTrace({ _id: 'h1' }), buildTrace({ _id: 'h2', via: 'dcsa_tnt' })];
    await runNow([...traces, buildTrace({ _id: 'h3' })]);
    expect(added).toEqual(['trace-apm h1 true', 'trace-apm h3 true', 'trace-dcsa-tnt h2 true']);
  });

  it.each(['no', 'probe'] as const)('leaves a provider to the pump whose breaker says %s', async (answer) => {
    const { runNow, added } = setUp({ answer });
    await runNow([buildTrace()]);
    expect(added).toEqual([]);
  });

  it('leaves out the traces of an organization that is paused', async () => {
    const { runNow, added } = setUp({ pausedOrgId: 'held' });
    await runNow([buildTrace({ _id: 'h1', orgId: 'held' }), buildTrace({ _id: 'h2' })]);
    expect(added).toEqual(['trace-apm h2 true']);
  });

  it('leaves the runs to the pump while Redis is away', async () => {
    const { runNow, lines } = setUp({ isRedisAway: true });
    await runNow([buildTrace()]);
    expect(lines.join()).toContain('the pump will');
  });
});
