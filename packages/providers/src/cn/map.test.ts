import { describe, expect, it } from 'vitest';
import { observedAt } from '../conformance/index.ts';
import { timesAroundChanges, wallClock } from '../conformance/zones.ts';
import { mapCn } from './map.ts';
import { readZonedTime } from './zone-words.ts';

const context = {
  service: 'availability',
  number: 'XTRU2000100',
  siteId: '',
  zone: null,
  observedAt,
} as const;

const here = { Station: 'MONTREAL TASCH YARD' };
const box = { EquipmentId: 'XTRU200010', LoadEmpty: 'L', Destination: here };
const at = (Description: string, Location: object = here, Time = '2026-05-04 19:05 ET') => ({
  Event: { Description, Time, Location },
});
const map = (...rows: object[]) => mapCn({ equipment: rows.map((row) => ({ ...box, ...row })) }, context);
const codes = (...rows: object[]) =>
  map(...rows).milestones.map(({ code, time }) => [code, time?.at ?? null]);

describe('mapCn', () => {
  it('takes an arrival or an unloading elsewhere for having set out, without its time', () => {
    const elsewhere = { Station: 'SIOUX LOOKOUT' };
    for (const word of ['ARRIVAL', 'DERAMP']) {
      expect(codes(at(word, elsewhere))).toEqual([['rail-departed', null]]);
    }
    expect(codes(at('ARRIVAL'))).toEqual([['rail-arrived', '2026-05-04T19:05:00-04:00']]);
  });

  it('takes an event at the destination that tells no step for having come there, if the place is known', () => {
    expect(codes(at('NOTIFICATION'))).toEqual([['rail-arrived', null]]);
    expect(codes(at('SOMETHING NEW'))).toEqual([['rail-arrived', null]]);
    const unknown = { Station: 'EXAMPLE YARD' };
    expect(codes({ Destination: unknown, ...at('SOMETHING NEW', unknown) })).toEqual([]);
    expect(codes(at('SOMETHING NEW', { Station: 'MONTREAL' }))).toEqual([]);
  });

  it('grounds a box with a lot only at the destination and off the car', () => {
    const LotLocation = { Lot: 'B', Row: '12', Spot: '4' };
    expect(map({ ...at('DERAMP'), LotLocation })).toMatchObject({
      milestones: [{ code: 'rail-unloaded' }, { code: 'grounded', time: null }],
      lot: 'B-12-4',
    });
    const [onCar, underway, gone] = [
      map({ ...at('ARRIVAL'), LotLocation, FlatcarEquipmentId: 'DTTX000001' }),
      map({ ...at('DEPARTURE', { Station: 'SAMPLETOWN' }), LotLocation }),
      map({ ...at('OUT-GATE'), LotLocation }),
    ];
    for (const one of [onCar, underway, gone]) {
      expect(one?.lot).toBeNull();
      expect(one?.milestones.map(({ code }) => code)).not.toContain('grounded');
    }
  });

  it('expects a box until it has come', () => {
    const ETA = { Time: '2026-05-04 18:30 ET', Location: here };
    expect(codes({ ...at('DEPARTURE', { Station: 'SAMPLETOWN' }), ETA })).toHaveLength(2);
    for (const word of ['ARRIVAL', 'DERAMP', 'OUT-GATE', 'NOTIFICATION']) {
      expect(codes({ ...at(word), ETA }).map(([code]) => code)).not.toContain('eta');
    }
  });

  it('takes a full box in by the gate for one that came, and an empty for nothing', () => {
    expect(codes(at('IN-GATE'))).toEqual([['ingated', '2026-05-04T19:05:00-04:00']]);
    expect(codes({ ...at('IN-GATE'), LoadEmpty: 'E' })).toEqual([]);
    expect(codes({ ...at('IN-GATE'), LoadEmpty: undefined })).toEqual([]);
  });

  it('takes of two waybills the one with the later event, in whatever order they come', () => {
    const before = at('OUT-GATE', here, '2025-11-04 09:00 ET');
    const now = at('DEPARTURE', { Station: 'SAMPLETOWN' }, '2026-05-02 03:10 CT');
    for (const rows of [
      [before, now, {}],
      [{}, now, before],
    ]) {
      expect(codes(...rows)).toEqual([['rail-departed', '2026-05-02T03:10:00-05:00']]);
    }
  });

  it('believes the newest word of customs, and tells nothing where it cannot read it', () => {
    const held = { Description: 'CUSTOMS HOLD', Timestamp: '2026-05-04 20:00 ET' };
    const free = { Description: 'RELEASED', Timestamp: '2026-05-05 08:00 ET' };
    const undated = { Description: 'EXAM' };
    const holdsOf = (...CustomsHolds: object[]) => map({ CustomsHolds, CustomsHold: held }).holds;
    expect(holdsOf(free, held)).toEqual([]);
    expect(holdsOf(held, free)).toHaveLength(1);
    expect(holdsOf(undated, free)).toEqual([]);
    expect(holdsOf(undated)).toMatchObject([{ type: 'customs', description: 'EXAM' }]);
    expect(holdsOf()).toHaveLength(1);
    expect(map({ CustomsHold: { Description: 'SPARKLE' }, BadOrder: 'Y' }).holds).toBeNull();
    expect(map({}).holds).toBeNull();
  });
});

describe('zone words', () => {
  it.each([
    ['PT', 'America/Vancouver'],
    ['MT', 'America/Edmonton'],
    ['CT', 'America/Winnipeg'],
    ['ET', 'America/Toronto'],
    ['AT', 'America/Halifax'],
    ['NT', 'America/St_Johns'],
  ])('%s is the clock of %s, on the days it changes too', (word, zone) => {
    for (const local of timesAroundChanges(zone, 2026)) {
      const time = readZonedTime(`${local.replace('T', ' ')} ${word}`, 'Asia/Manila');
      expect(time).toEqual({ at: expect.stringMatching(/[+-]\d{2}:\d{2}$/) });
      expect(wallClock(zone, Date.parse(time?.at ?? ''))).toBe(time?.at.slice(0, 19));
    }
  });

  it.each([
    ['2026-11-01 01:30 EDT', '2026-11-01T01:30:00-04:00'],
    ['2026-11-01 01:30 EST', '2026-11-01T01:30:00-05:00'],
    ['2026-11-01 01:30 ET', '2026-11-01T01:30:00-04:00'],
    ['2026-03-08 02:30 ET', '2026-03-08T03:30:00-04:00'],
    ['2026-07-01 12:00 MST', '2026-07-01T12:00:00-07:00'],
    ['2026-07-01 9:05:07 ndt', '2026-07-01T09:05:07-02:30'],
    ['2026-07-01T12:00:00-04:00', '2026-07-01T12:00:00-04:00'],
    ['2026-07-01T12:00:00Z', '2026-07-01T12:00:00Z'],
    ['2026-07-01 12:00', '2026-07-01T12:00:00+08:00'],
  ])('read %s as %s', (text, expected) => {
    expect(readZonedTime(text, 'Asia/Manila')).toEqual({ at: expected });
  });

  it('are nothing where nobody knows them, and where there is no time', () => {
    for (const text of [null, '', 'ET', 'soon', '2026-07-01 12:00 XT', '2026-07-01', '2026-02-30 12:00 ET']) {
      expect(readZonedTime(text, 'Asia/Manila')).toBeNull();
    }
  });
});
