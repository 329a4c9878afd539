import type { Service } from '@envase/contracts';
import { createTestClock } from '@envase/runtime';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createScenarioProvider } from './provider.ts';
import { findScenario, scenarioNames, scenarios } from './scenarios.ts';

const number = 'XTRU1000018';
const startedAt = '2026-03-02T08:00:00.000Z';
const minutes = 60_000;

function create(speed = 1) {
  const clock = createTestClock(Date.parse(startedAt), { speed });
  const provider = createScenarioProvider(clock);
  const client = provider.connect({ baseUrl: '', credentials: {}, spend: async () => undefined });
  const ask = async (scenario: string, service: Service = 'availability') => {
    const { slices } = await client.trace({
      service,
      siteId: '',
      numbers: [number],
      signal: new AbortController().signal,
      trip: { scenario, startedAt },
    });
    const observedAt = new Date(clock.now()).toISOString();
    const slice = slices.get(number);
    return slice ? provider.map(slice, { service, number, siteId: '', zone: null, observedAt }) : null;
  };
  return { clock, ask };
}

describe('scenario provider', () => {
  it('plays an import from the vessel to the empty return', async () => {
    const { clock, ask } = create();
    const last = async () => (await ask('import'))?.milestones.at(-1)?.code;
    expect(await last()).toBe('eta');
    clock.advance(60 * minutes);
    expect(await last()).toBe('arrived');
    clock.advance(60 * minutes);
    const available = await ask('import');
    expect(available).toMatchObject({ available: true, holds: [], fees: [] });
    expect(available?.lastFreeDays).toEqual([{ source: 'terminal', date: '2026-03-06' }]);
    clock.advance(30 * minutes);
    expect((await ask('import'))?.appointment?.start.at).toBe('2026-03-02T11:00:00Z');
    clock.advance(30 * minutes);
    expect(await ask('import')).toMatchObject({ available: false, appointment: null });
    expect(await last()).toBe('outgated');
    clock.advance(120 * minutes);
    expect(await last()).toBe('returned');
  });

  it('plays sixty times as fast on a clock of speed 60, at real times', async () => {
    const { clock, ask } = create(60);
    clock.advance(2 * minutes);
    const observed = await ask('import');
    expect(observed?.available).toBe(true);
    const times = observed?.milestones.map((one) => Date.parse(one.time?.at ?? ''));
    expect(Math.max(...(times ?? []))).toBeLessThanOrEqual(clock.now());
  });

  it('holds and releases one kind after the other', async () => {
    const { clock, ask } = create();
    const types = async () => (await ask('hold'))?.holds?.map((hold) => hold.type);
    clock.advance(90 * minutes);
    expect(await types()).toEqual(['customs', 'usda']);
    clock.advance(10 * minutes);
    expect(await types()).toEqual(['customs']);
    clock.advance(20 * minutes);
    expect(await types()).toEqual([]);
  });

  it('leaves at once, is never or late found, and fails as its name says', async () => {
    const { clock, ask } = create();
    expect((await ask('outgated'))?.milestones.map((one) => one.code)).toContain('outgated');
    expect(await ask('discharged')).toMatchObject({ available: false, milestones: [{}, {}] });
    expect(await ask('held')).toMatchObject({ available: false, holds: [{ type: 'customs' }] });
    expect(await ask('not_found')).toBeNull();
    expect(await ask('found_late')).toBeNull();
    clock.advance(60 * minutes);
    expect(await ask('found_late')).toMatchObject({ found: true });
    await expect(ask('fail')).rejects.toMatchObject({ code: 'provider_unavailable' });
    await expect(ask('login_failed')).rejects.toMatchObject({ code: 'login_failed' });
    await expect(ask('no such')).rejects.toThrow(RangeError);
  });

  it('completes exports and empties', async () => {
    const { clock, ask } = create();
    clock.advance(90 * minutes);
    const codes = async (service: 'export' | 'empty') =>
      (await ask('import', service))?.milestones.map((one) => one.code);
    expect(await codes('export')).toContain('completed');
    expect(await codes('empty')).toEqual(['appointment-ready', 'returned', 'completed']);
  });

  it('fills a booking and lets its vessel leave', async () => {
    const { clock, ask } = create();
    expect((await ask('import', 'booking'))?.booking).toMatchObject({
      totalContainers: 2,
      loadedContainers: 0,
    });
    clock.advance(180 * minutes);
    const { milestones, booking } = (await ask('import', 'booking')) ?? {};
    expect(milestones?.at(-1)?.code).toBe('departed');
    expect(booking).toMatchObject({ loadedContainers: 2, departed: '2026-03-02T11:00:00Z' });
  });

  it('says the same between two steps', async () => {
    const { clock, ask } = create();
    clock.advance(91 * minutes);
    const { observedAt: _first, ...before } = (await ask('import')) ?? { observedAt: '' };
    clock.advance(28 * minutes);
    const { observedAt: _second, ...after } = (await ask('import')) ?? { observedAt: '' };
    expect(after).toEqual(before);
  });

  it('knows import as the default, and every scenario by its name', () => {
    expect(scenarioNames[0]).toBe('import');
    expect(findScenario('')?.name).toBe('import');
    expect(new Set(scenarioNames).size).toBe(scenarios.length);
  });

  it('maps nothing from junk', () => {
    const { map } = createScenarioProvider(createTestClock(0));
    const context = {
      service: 'availability',
      number,
      siteId: '',
      zone: null,
      observedAt: startedAt,
    } as const;
    fc.assert(
      fc.property(fc.jsonValue(), (slice) => {
        expect(map(slice, context)).toMatchObject({ found: false, milestones: [] });
      }),
    );
  });
});
