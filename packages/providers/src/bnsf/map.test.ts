import { describe, expect, it } from 'vitest';
import { observedAt } from '../conformance/index.ts';
import { mapBnsf } from './map.ts';

const context = {
  service: 'availability',
  number: 'XTRU1000044',
  siteId: '',
  zone: null,
  observedAt,
} as const;
const gate = {
  station333: 'ALLIANCE',
  stationStateCode: 'TX',
  eventDate: '2026-04-10',
  eventTime: '13:20:00',
};
const out = { ...gate, gateEditMessage: 'OUTGATE AT ALLIANCE   ' };

const mapReceipts = (...receipts: object[]) => mapBnsf({ unit: null, receipts }, context);
const mapUnit = (unit: object) => mapBnsf({ unit, receipts: [] }, context);

describe('mapBnsf', () => {
  it('takes both texts for a unit that is not there, in any case, for not found', () => {
    for (const text of ['Not in BNSF Inventory', 'No details found for unit', 'NOT IN BNSF INVENTORY ']) {
      const unit = { derivedEquipmentStatusName: text, station333: 'ALLIANCE' };
      expect(mapUnit(unit)).toMatchObject({ found: false, unknownCodes: [] });
    }
  });

  it('takes a row that says nothing for not found', () => {
    expect(mapUnit({ equipmentInitial: 'XTRU', equipmentNumber: '100004' }).found).toBe(false);
  });

  it('lets the last receipt decide: in again is not out', () => {
    const back = { ...gate, eventDate: '2026-04-12', gateEditMessage: 'INGATE AT ALLIANCE' };
    expect(mapReceipts(out, back).found).toBe(false);
    expect(mapReceipts(back, out).found).toBe(false);
    expect(mapReceipts({ ...out, eventDate: '2026-04-13' }, back).milestones).toHaveLength(1);
  });

  it('does not believe an out-gate of a unit that is said to be on the ground', () => {
    expect(mapReceipts({ ...out, unitStatusCode: 'In Inv on Ground' }).found).toBe(false);
  });

  it('knows a move out by its code where no message tells it', () => {
    expect(mapReceipts({ ...gate, eventCode: 'OGT' }).milestones).toMatchObject([{ code: 'outgated' }]);
    expect(mapReceipts({ ...gate, eventCode: 'IGT' }).found).toBe(false);
    expect(mapReceipts({ ...gate, eventCode: 'TA' })).toMatchObject({
      found: false,
      unknownCodes: ['J1.eventCode:TA'],
    });
  });

  it.each([
    ['2026-04-10', '13:20:00', '2026-04-10T13:20:00-05:00'],
    ['4/10/2026', '1:20:00 PM', '2026-04-10T13:20:00-05:00'],
    ['04/10/2026', '9:05', '2026-04-10T09:05:00-05:00'],
    ['2026-04-10', '615', '2026-04-10T06:15:00-05:00'],
  ])('reads %s %s as local to the station', (eventDate, eventTime, at) => {
    expect(mapReceipts({ ...out, eventDate, eventTime }).milestones[0]?.time).toEqual({ at });
  });

  it('keeps the day out of it where the time cannot be read', () => {
    expect(mapReceipts({ ...out, eventTime: '774' }).milestones).toMatchObject([
      { code: 'outgated', time: null },
    ]);
  });

  it('uses the zone of the published site where a receipt names no station', () => {
    const { station333: _name, stationStateCode: _state, ...nowhere } = out;
    const slice = { unit: null, receipts: [nowhere] };
    const mapped = mapBnsf(slice, { ...context, siteId: 'LOSANGELE', zone: 'America/Los_Angeles' });
    expect(mapped.milestones[0]?.time).toEqual({ at: '2026-04-10T13:20:00-07:00' });
  });
});
