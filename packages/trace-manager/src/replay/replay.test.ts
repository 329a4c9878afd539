import { deflateRawSync } from 'node:zlib';
import type { ObservationDoc, TraceDoc } from '@envase/db';
import { notFound, type Observed } from '@envase/domain';
import { findProvider } from '@envase/providers';
import { newEventId } from '@envase/runtime';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildTrace, discharged } from '../../test/build.ts';
import { type Manager, openManager } from '../../test/open-manager.ts';
import { wire } from '../../test/parts.ts';
import { newBox } from '../../test/publishes.ts';
import type { Mapper } from './refold-trip.ts';
import { type ReplayDifference, type ReplayOptions, replay } from './replay.ts';

let manager: Manager;
let parts: ReturnType<typeof wire>;
beforeAll(async () => {
  manager = await openManager({ redisUrl: process.env.REDIS_URL ?? '' });
  parts = wire(manager);
});
afterAll(() => manager.close());

const minutesAgo = (count: number) => new Date(Date.now() - count * 60_000);
const grants = [{ orgId: 'org', svcId: '*' }];

/** How the answers of these tests are read: an older mapper did not see the hold in them. */
const readSlice = (slice: unknown, observedAt: string, seesHolds: boolean): Observed => ({
  ...notFound(observedAt),
  found: true,
  ...discharged,
  ...(seesHolds && (slice as { held: boolean }).held
    ? { holds: [{ type: 'customs' as const, description: null, providerCode: null }] }
    : {}),
});

function mapperOf(via: string): Mapper {
  const manifest = findProvider('apm')?.manifest;
  if (!manifest) throw new Error('apm is in the catalogue');
  return {
    manifest: { ...manifest, id: via, mapperVersion: 'newer' },
    map: (slice, { observedAt }) => readSlice(slice, observedAt, true),
  };
}

/** A traced box of a queue, with these answers settled one after the other as the older mapper read them. */
async function addTraced(via: string, answers: { held: boolean }[]): Promise<TraceDoc> {
  const { traceId: _id, number } = newBox();
  const tripStartedAt = minutesAgo(60);
  await manager.insert(buildTrace({ _id, number, via, createdAt: tripStartedAt, tripStartedAt }));
  for (const [index, slice] of answers.entries()) {
    const at = minutesAgo(50 - index);
    const answer: ObservationDoc = {
      _id: `${_id}~${newEventId(at.getTime())}`,
      traceId: _id,
      kind: 'answer',
      observedAt: at,
      lastAt: at,
      times: 1,
      hash: `${index}`,
      mapperVersion: 'older',
      raw: deflateRawSync(JSON.stringify(slice)),
      normalized: readSlice(slice, at.toISOString(), false),
      failure: null,
      forceSeq: 1,
    };
    await manager.program.db.repositories.observations.record([answer]);
    await parts.settle({ traceId: _id });
  }
  return manager.trace(_id);
}

async function run(
  via: string,
  options: Partial<ReplayOptions> = {},
  before?: (d: ReplayDifference) => void,
) {
  const shown: ReplayDifference[] = [];
  const show = (difference: ReplayDifference) => {
    shown.push(difference);
    before?.(difference);
  };
  const { repositories } = manager.program.db;
  const deps = {
    repositories,
    clock: manager.clock,
    show,
    report: vi.fn(),
    findMapper: () => mapperOf(via),
  };
  const summary = await replay(deps, { provider: via, since: minutesAgo(90).toISOString(), ...options });
  return { summary, shown };
}

const observationsOf = async ({ _id }: TraceDoc) =>
  (await manager.program.db.repositories.observations.list(_id, { limit: 200 })).items;
const toldBy = ({ _id }: TraceDoc, until: Date) =>
  manager.program.db.repositories.events.findTold({ clientId: 'c', grants }, _id, until);

describe('replay', () => {
  it('shows what a newer mapper changes and writes nothing', async () => {
    const held = await addTraced('shows', [{ held: false }, { held: true }]);
    const free = await addTraced('shows', [{ held: false }]);
    const { summary, shown } = await run('shows');
    expect(summary).toMatchObject({ mapperVersion: 'newer', traces: 2, different: 1, written: 0, ended: 0 });
    expect(summary.fields).toMatchObject({ status: 1, 'events.hold.customs': 1 });
    expect(shown).toMatchObject([{ traceId: held._id, number: held.number, answers: 2, reread: 1 }]);
    expect(shown[0]?.changes).toContainEqual({
      field: 'status',
      previous: 'discharged',
      current: 'on_hold',
    });
    expect([await manager.trace(held._id), await manager.trace(free._id)]).toEqual([held, free]);
  });

  it('is visible in what is known from then on, never in what was known or observed before', async () => {
    const trace = await addTraced('applies', [{ held: true }]);
    const before = new Date();
    const [observed, told] = [await observationsOf(trace), await toldBy(trace, before)];
    const { summary } = await run('applies', { apply: true });
    expect(summary).toMatchObject({ different: 1, written: 1 });
    await parts.settle({ traceId: trace._id });
    expect(await manager.trace(trace._id)).toMatchObject({ state: { status: 'on_hold' }, outbox: [] });
    expect(await toldBy(trace, before)).toEqual(told);
    expect(told.newest?.payload).toMatchObject({ status: 'discharged' });
    const now = await toldBy(trace, new Date(Date.now() + 1_000));
    expect(now.newest).toMatchObject({ sequence: trace.seq + 1, payload: { status: 'on_hold' } });
    // `asOf` folds these, always with today's mapper.
    expect(await observationsOf(trace)).toEqual(observed);
  });

  it('does no harm when it is applied again', async () => {
    const trace = await addTraced('again', [{ held: true }, { held: false }, { held: true }]);
    await run('again', { apply: true });
    const corrected = await manager.trace(trace._id);
    expect((await run('again', { apply: true })).summary).toMatchObject({
      traces: 1,
      different: 0,
      written: 0,
    });
    expect(await manager.trace(trace._id)).toEqual(corrected);
  });

  it('reads a trace again that changed between showing and writing', async () => {
    const trace = await addTraced('races', [{ held: true }]);
    const { traces } = manager.program.db.repositories;
    let swapped: Promise<string[]> | undefined;
    const interfere = () => {
      swapped ??= traces.swap([
        { expectedRev: trace.rev, trace: { ...trace, rev: trace.rev + 1, priority: 3 } },
      ]);
    };
    const { shown, summary } = await run('races', { apply: true }, interfere);
    expect(await swapped).toEqual([]);
    expect(shown).toHaveLength(2);
    expect(summary).toMatchObject({ traces: 1, written: 1 });
    expect(await manager.trace(trace._id)).toMatchObject({
      rev: trace.rev + 2,
      priority: 3,
      state: { status: 'on_hold' },
    });
  });

  it('shows ended traces and leaves them alone', async () => {
    const trace = await addTraced('ends', [{ held: true }]);
    const ended = {
      ...trace,
      rev: trace.rev + 1,
      tracing: false,
      nextTraceAt: null,
      stopReason: 'max_age' as const,
    };
    await manager.program.db.repositories.traces.swap([{ expectedRev: trace.rev, trace: ended }]);
    const { shown, summary } = await run('ends', { apply: true });
    expect(shown).toMatchObject([{ stopReason: 'max_age' }]);
    expect(summary).toMatchObject({ different: 1, written: 0, ended: 1 });
    expect(await manager.trace(trace._id)).toEqual(ended);
  });

  it('goes through any number of traces, goes on where it was, and keeps to its range', async () => {
    const added = [];
    for (let count = 0; count < 103; count += 1) added.push(await addTraced('many', [{ held: true }]));
    const ids = added.map(({ _id }) => _id).toSorted();
    const { shown } = await run('many');
    expect(shown.map(({ traceId }) => traceId)).toEqual(ids);
    expect((await run('many', { after: ids[99] })).shown.map(({ traceId }) => traceId)).toEqual(
      ids.slice(100),
    );
    expect((await run('many', { since: minutesAgo(10).toISOString() })).summary.traces).toBe(0);
    expect((await run('many', { until: minutesAgo(70).toISOString() })).summary.traces).toBe(0);
  }, 60_000);

  it('names the option that is wrong and what it may be', async () => {
    const refusal = async (options: Partial<ReplayOptions>, isKnown = true) => {
      const { repositories } = manager.program.db;
      const findMapper = isKnown ? { findMapper: () => mapperOf('x') } : {};
      const deps = { repositories, clock: manager.clock, show: vi.fn(), report: vi.fn(), ...findMapper };
      const error = await replay(deps, { provider: 'amp', since: '2026-03-01', ...options }).catch(
        (e: unknown) => e,
      );
      return (error as { details?: object[] }).details;
    };
    expect(await refusal({}, false)).toEqual([
      { path: '--provider', message: expect.stringContaining('apm') },
    ]);
    expect(await refusal({ since: 'yesterday' })).toEqual([
      { path: '--since', message: expect.stringContaining('a date') },
    ]);
    expect(await refusal({ until: '2026-02-01' })).toEqual([
      { path: '--until', message: 'is later than --since' },
    ]);
  });
});
