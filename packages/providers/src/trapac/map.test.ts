import { describe, expect, it } from 'vitest';
import { observedAt } from '../conformance/index.ts';
import { mapTrapac } from './map.ts';

const context = {
  service: 'availability',
  number: 'XTRU1000018',
  siteId: '',
  zone: null,
  observedAt,
} as const;

const map = (...rows: object[]) =>
  mapTrapac({ terminal: 'OAK', rows: rows.map((row) => ({ number: 'XTRU1000018', ...row })) }, context);

describe('mapTrapac', () => {
  it('takes of several visits the one that stands, else the one that left last, in whatever order they come', () => {
    const before = { yardDescription: 'Delivered 03/07/2026 08:00' };
    const after = { yardDescription: 'Delivered 03/08/2026 08:00' };
    const standing = { yardDescription: 'In Yard (#C1) Grounded' };
    for (const rows of [
      [before, standing, after],
      [standing, after, before],
    ]) {
      expect(map(...rows)).toMatchObject({ milestones: [{ code: 'grounded' }], lot: 'C1' });
    }
    for (const rows of [
      [before, after],
      [after, before],
    ]) {
      expect(map(...rows).milestones).toMatchObject([{ time: { at: '2026-03-08T08:00:00-07:00' } }]);
    }
  });

  it('says nothing of holds where one member cannot be read, so that none is taken for lifted', () => {
    const held = { holdsLine: 'HELD', holdsCustoms: 'Released', holdsUSDA: 'Released' };
    expect(map(held).holds).toHaveLength(1);
    for (const odd of [{ holdsUSDA: 'MAYBE' }, { terminalHold: 7 }, { hold: 'YES' }]) {
      expect(map({ ...held, ...odd }).holds).toBeNull();
    }
  });

  it('knows a box that is not in the yard yet, and says no more', () => {
    const observed = map({ yardDescription: '', yardStatus: '', lfd: 'N/A', amount: 0 });
    expect(observed).toMatchObject({ found: true, milestones: [], unknownCodes: [] });
    expect(observed).toMatchObject({ available: null, loaded: null, billOfLading: null });
    expect(observed.appointment).toBeUndefined();
  });

  it('names the terminal that answered, whatever site was published', () => {
    const place = { type: 'terminal', siteId: 'urn:trapac:oak', name: 'Oakland, berth B30' };
    expect(map({ yardStatus: 'Grounded' })).toMatchObject({
      destination: place,
      milestones: [{ location: place }],
    });
  });
});
