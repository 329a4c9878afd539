import { canonicalStatuses } from '@envase/contracts';
import { describe, expect, it } from 'vitest';
import type { Trip } from '../journey/box-state.ts';
import { boxState, instantOf } from '../journey/box-state.ts';
import { chooseScript, scripts, terminalStatuses } from './catalogue.ts';

const tripOf = (script: Trip['script']): Trip => ({
  seed: 's',
  number: 'XTRU1000018',
  script,
  site: 'USLAX',
  startAt: 0,
  speed: 1_440,
});

describe.each(scripts.map((script) => ({ name: script.name, script })))('journey $name', ({ script }) => {
  const trip = tripOf(script);
  const states = script.steps.map((step) => boxState(trip, instantOf(trip, step)));

  it('begins at once, moves forward in time, and reaches its end', () => {
    const offsets = script.steps.map((step) => step.at);
    expect(offsets[0]).toBe(0);
    expect(offsets).toEqual(offsets.toSorted((one, other) => one - other));
    expect(new Set(script.steps.map((step) => step.id)).size).toBe(script.steps.length);
    expect(script.steps.map((step) => step.status)).toContain(script.end);
    expect(terminalStatuses).toContain(script.end);
  });

  it('says nothing that contradicts its status', () => {
    for (const state of states) {
      expect(canonicalStatuses).toContain(state.status);
      expect(state.holds.length > 0).toBe(state.status === 'on_hold');
      if (state.status === 'outgated') expect(state.available).toBe(false);
      if (state.holds.length > 0) expect(state.available).toBe(false);
      if (['available', 'appointment_set', 'rail_available'].includes(state.status)) {
        expect(state.available).toBe(true);
        expect(state.freeDays).not.toBeNull();
      }
    }
  });

  it('ends with exact estimates: what was last said is what happens', () => {
    const last = states.at(-1);
    for (const milestone of ['arrived', 'deramped', 'departed'] as const) {
      const said = last?.estimates.findLast((one) => one.of === milestone);
      if (said) expect(last?.happened[milestone]).toBe(said.at);
    }
  });
});

describe('choice of a journey', () => {
  it('follows from the ending, and most endings are the common journey', () => {
    const names = (kind: 'terminal' | 'rail' | 'line' | 'booking') =>
      [...'0123456789'].map((ending) => chooseScript(kind, ending).name);
    expect(names('terminal').filter((name) => name === 'import')).toHaveLength(6);
    expect(names('terminal').slice(6)).toEqual(['hold_twice', 'fee_due', 'not_found_yet', 'never_found']);
    expect(names('rail').slice(7)).toEqual(['rail_import', 'rail_not_found_yet', 'never_found']);
    expect(names('line').slice(5)).toEqual([
      'ocean',
      'ocean_hold',
      'ocean_transshipment',
      'ocean_not_found_yet',
      'never_found',
    ]);
    expect(names('booking').slice(8)).toEqual(['export_booking', 'never_found']);
  });

  it('makes an import of a day: a minute at speed 1440', () => {
    const trip = tripOf(chooseScript('terminal', '0'));
    const last = trip.script.steps.at(-1);
    expect(last && instantOf(trip, last)).toBe(60_000);
  });
});
