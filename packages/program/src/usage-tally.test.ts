import type { UsageIncrement } from '@envase/db';
import { createLogger } from '@envase/runtime';
import { waitFor } from '@envase/testing';
import { describe, expect, it } from 'vitest';
import { createUsageTally } from './usage-tally.ts';

const logger = createLogger({ program: 'test', level: 'fatal', destination: { write: () => undefined } });
const owner = { orgId: 'org', svcId: 'svc' };

function start({ failures = 0, everyMs = 60_000 } = {}) {
  const written: UsageIncrement[][] = [];
  let left = failures;
  const add = async (increments: readonly UsageIncrement[]) => {
    left -= 1;
    if (left >= 0) throw new Error('away');
    written.push([...increments]);
  };
  let now = Date.parse('2026-11-24T23:59:59Z');
  const tally = createUsageTally({ usage: { add }, logger, now: () => now, everyMs });
  return { tally, written, tick: (ms: number) => (now += ms) };
}

describe('a tally', () => {
  it('writes what was counted in one go, by day and service', async () => {
    const { tally, written, tick } = start();
    tally.add(owner, 'published');
    tally.add(owner, 'published');
    tally.add(owner, 'delivered', 3);
    tally.add({ ...owner, svcId: 'other' }, 'failed');
    tick(1_000);
    tally.add(owner, 'published');
    await tally.stop();
    expect(written).toEqual([
      [
        { date: '2026-11-24', ...owner, published: 2, delivered: 3 },
        { date: '2026-11-24', orgId: 'org', svcId: 'other', failed: 1 },
        { date: '2026-11-25', ...owner, published: 1 },
      ],
    ]);
  });

  it('writes by itself, and nothing where nothing was counted', async () => {
    const { tally, written } = start({ everyMs: 5 });
    tally.add(owner, 'tracing');
    await waitFor(() => written.length === 1, { what: 'the write' });
    await tally.stop();
    expect(written).toHaveLength(1);
  });

  it('keeps what could not be written', async () => {
    const { tally, written } = start({ failures: 1, everyMs: 5 });
    tally.add(owner, 'published');
    tally.add(owner, 'published');
    await waitFor(() => written.length === 1, { what: 'the second try' });
    await tally.stop();
    expect(written).toEqual([[{ date: '2026-11-24', ...owner, published: 2 }]]);
  });
});
