import type { ProviderStateDoc } from '@envase/db';
import { createTestClock } from '@envase/runtime';
import { describe, expect, it } from 'vitest';
import { startMs } from '../test/build.ts';
import { createAskable } from './askable.ts';

function open(breakerMs: number | null) {
  const clock = createTestClock(startMs);
  const state: ProviderStateDoc = { _id: 'apm', rev: 1 };
  const openFor = (ms: number) => {
    state.breaker = { state: 'open', until: new Date(clock.now() + ms), failures: 5 };
  };
  if (breakerMs !== null) openFor(breakerMs);
  const states = { get: async (id: string) => (id === 'apm' ? state : null) };
  const paused = new Map<string, Date | null>();
  const readPaused = async () => ({ providers: paused, organizations: new Map() });
  return { clock, state, openFor, paused, askable: createAskable({ states, readPaused, clock }) };
}

describe('askable', () => {
  it('asks a provider of which nothing is known', async () => {
    const { askable } = open(null);
    expect(await askable.ask('new')).toBe('yes');
    expect(await askable.ask('apm')).toBe('yes');
  });

  it('asks nobody while the breaker is open, and one probe when its time has passed', async () => {
    const { askable, clock } = open(30_000);
    expect(await askable.ask('apm')).toBe('no');
    clock.advance(30_000);
    expect(await askable.ask('apm')).toBe('probe');
  });

  it('asks nobody while an operator has paused it, whatever its breaker says', async () => {
    const { askable, paused } = open(0);
    paused.set('apm', null);
    expect(await askable.ask('apm')).toBe('no');
    expect(await askable.ask('bnsf')).toBe('yes');
    paused.clear();
    expect(await askable.ask('apm')).toBe('probe');
  });

  it('offers a probe again until one was sent', async () => {
    const { askable, clock } = open(0);
    expect(await askable.ask('apm')).toBe('probe');
    expect(await askable.ask('apm')).toBe('probe');
    askable.probed('apm', clock.now() + 20_000);
    expect(await askable.ask('apm')).toBe('no');
    clock.advance(20_000);
    expect(await askable.ask('apm')).toBe('probe');
  });

  it('probes anew when the breaker opened again', async () => {
    const { askable, clock, openFor } = open(0);
    await askable.ask('apm');
    askable.probed('apm', clock.now() + 20_000);
    openFor(5_000);
    expect(await askable.ask('apm')).toBe('no');
    clock.advance(5_000);
    expect(await askable.ask('apm')).toBe('probe');
  });

  it('asks at once when the probe closed the breaker', async () => {
    const { askable, clock, state } = open(0);
    await askable.ask('apm');
    askable.probed('apm', clock.now() + 20_000);
    state.breaker = { state: 'closed', until: null, failures: 0 };
    expect(await askable.ask('apm')).toBe('yes');
  });
});
