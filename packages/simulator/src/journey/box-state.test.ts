import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findScript, scripts } from '../journeys/catalogue.ts';
import type { Trip } from './box-state.ts';
import { boxState, instantOf } from './box-state.ts';

function tripOf(journey: string, speed = 60): Trip {
  const script = findScript(journey);
  if (!script) throw new Error(journey);
  return { seed: 's', number: 'XTRU1000018', script, site: 'USLAX', startAt: 1_000_000, speed };
}

const at = (trip: Trip, minute: number) => boxState(trip, instantOf(trip, { at: minute }));

describe('the state of a box', () => {
  it('changes at the instant of a step and not a millisecond before', () => {
    const trip = tripOf('import');
    expect(at(trip, 300).status).toBe('vessel_arrived');
    expect(boxState(trip, instantOf(trip, { at: 300 }) - 1).status).toBe('on_vessel');
  });

  it('passes the same steps sooner at a higher speed', () => {
    const slow = tripOf('import', 1);
    const fast = tripOf('import', 1_440);
    expect(instantOf(slow, { at: 1_440 }) - slow.startAt).toBe(86_400_000);
    expect(instantOf(fast, { at: 1_440 }) - fast.startAt).toBe(60_000);
    expect(at(slow, 900).holds).toEqual(at(fast, 900).holds);
    expect(at(slow, 900).status).toBe(at(fast, 900).status);
  });

  it('takes back what is withdrawn and gives it its new time when it happens again', () => {
    const trip = tripOf('moves_backwards');
    expect(at(trip, 450)).toMatchObject({ status: 'discharged', inYard: true });
    expect(at(trip, 550)).toMatchObject({ status: 'vessel_arrived', inYard: false });
    expect(at(trip, 550).happened.discharged).toBeUndefined();
    expect(at(trip, 700).happened.discharged).toBe(instantOf(trip, { at: 640 }));
  });

  it('owes demurrage until it is paid', () => {
    const trip = tripOf('fee_due');
    expect(at(trip, 600)).toMatchObject({ owed: '385.00', available: false });
    expect(at(trip, 900)).toMatchObject({ owed: '0.00', available: true });
  });

  it('shows a second hold after the first was lifted', () => {
    const trip = tripOf('hold_twice');
    const kinds = [600, 830, 950, 1_050].map((minute) => at(trip, minute).holds.map((hold) => hold.kind));
    expect(kinds).toEqual([['customs'], [], ['usda'], []]);
  });

  it('is unknown for a while, or for ever', () => {
    expect(at(tripOf('not_found_yet'), 179).found).toBe(false);
    expect(at(tripOf('not_found_yet'), 180)).toMatchObject({ found: true, status: 'on_vessel' });
    expect(at(tripOf('never_found'), 1_000_000).found).toBe(false);
  });

  it('is a function of trip and moment alone', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...scripts),
        fc.string({ minLength: 1 }),
        fc.integer({ min: 0, max: 100_000_000 }),
        fc.double({ min: 0.5, max: 5_000, noNaN: true }),
        (script, seed, elapsed, speed) => {
          const trip: Trip = { ...tripOf('import'), script, seed, speed };
          const now = trip.startAt + elapsed;
          const state = boxState(trip, now);
          expect(JSON.stringify(boxState({ ...trip }, now))).toBe(JSON.stringify(state));
          for (const instant of Object.values(state.happened)) expect(instant).toBeLessThanOrEqual(now);
          for (const instant of Object.values(state.expected)) expect(instant).toBeGreaterThan(now);
        },
      ),
      { numRuns: 200 },
    );
  });
});
