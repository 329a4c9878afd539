import { type CoverageRow, describeCoverage } from '../conformance/coverage.ts';
import { observedAt } from '../conformance/index.ts';
import { mapCn } from './map.ts';

const context = {
  service: 'availability',
  number: 'XTRU2000100',
  siteId: '',
  zone: null,
  observedAt,
} as const;
const noPlace = 'a result has no place for it';
const here = {
  'Destination.Station': 'MONTREAL TASCH YARD',
  'Event.Location.Station': 'MONTREAL TASCH YARD',
};
const elsewhere = { ...here, 'Event.Location.Station': 'SAMPLETOWN' };
const unloaded = { ...here, 'Event.Description': 'DERAMP' };
const time = '2026-05-04 18:30 ET';
const at = '2026-05-04T18:30:00-04:00';

describeCoverage('cn tracking', {
  documented: [
    'EquipmentId',
    'InquiryValue',
    'WaybillStatus',
    'LoadEmpty=L',
    'LoadEmpty=E',
    'Destination.Type',
    'Destination.Station',
    'Destination.ProvState',
    'Destination.CountryCode',
    'ETA.Time',
    'ETA.Location.Station',
    ...['OUT-GATE', 'DEPARTURE', 'ARRIVAL', 'RAMP', 'DERAMP', 'IN-GATE', 'NOTIFICATION', 'INTERCHANGE'].map(
      (word) => `Event.Description=${word}`,
    ),
    'Event.Time',
    'Event.Location.Station',
    'Event.Location.ProvState',
    'StorageCharge.LastFreeDay',
    'CustomsHold.Description',
    'CustomsHold.Timestamp',
    'CustomsHolds',
    'LotLocation',
    'LotLocation.Lot',
    'LotLocation.Row',
    'LotLocation.Spot',
    'BadOrder',
    'CarKind=KC1',
    'CarKind=KC2',
    'CarKind=KC4',
    'CarKind=KR4',
    'CarKindDescription',
    'FlatcarEquipmentId',
    'ChassisEquipmentId',
    'Weight',
  ],
  rows: [
    { field: 'EquipmentId', value: 'XTRU200010', becomes: { found: true } },
    { field: 'InquiryValue', value: ['XTRU200010'], unused: 'an echo; the client leaves it out' },
    { field: 'WaybillStatus', value: 'Executing', unused: 'it tells of the paper, not of the box' },
    { field: 'LoadEmpty=L', value: 'L', becomes: { loaded: 'laden' } },
    { field: 'LoadEmpty=E', value: 'E', becomes: { loaded: 'empty' } },
    { field: 'Destination.Type', value: 'CN', unused: 'the road that the yard belongs to' },
    {
      field: 'Destination.Station',
      value: 'MONTREAL TASCH YARD',
      becomes: { destination: { type: 'rail', siteId: 'urn:cn:montreal', name: 'MONTREAL TASCH YARD' } },
    },
    {
      field: 'Destination.ProvState',
      value: 'QC',
      beside: { 'Destination.Station': 'EXAMPLE YARD' },
      becomes: { destination: { type: 'rail', siteId: null, name: 'EXAMPLE YARD, QC' } },
    },
    { field: 'Destination.CountryCode', value: 'CA', unused: noPlace },
    {
      field: 'ETA.Time',
      value: time,
      becomes: { milestones: [{ code: 'eta', time: { at }, mode: 'rail' }] },
    },
    { field: 'ETA.Time', value: time, beside: unloaded, unused: 'it is there' },
    {
      field: 'ETA.Location.Station',
      value: 'EXAMPLE YARD',
      beside: { 'ETA.Time': time },
      becomes: { milestones: [{ code: 'eta', location: { type: 'rail', name: 'EXAMPLE YARD' } }] },
    },
    ...event('OUT-GATE', 'outgated'),
    ...event('DEPARTURE', 'rail-departed'),
    ...event('ARRIVAL', 'rail-departed', elsewhere),
    ...event('ARRIVAL', 'rail-arrived', here),
    ...event('RAMP', 'rail-loaded'),
    ...event('DERAMP', 'rail-departed', elsewhere),
    ...event('DERAMP', 'rail-unloaded', here),
    ...event('IN-GATE', 'ingated', { LoadEmpty: 'L' }),
    {
      field: 'Event.Description=IN-GATE',
      value: 'IN-GATE',
      beside: { LoadEmpty: 'E' },
      unused: 'no full box',
    },
    {
      field: 'Event.Description=ARRIVAL',
      value: 'ARRIVAL',
      beside: { 'Event.Location.Station': 'SAMPLETOWN' },
      unused: 'nobody says whether it is there',
    },
    { field: 'Event.Description=NOTIFICATION', value: 'NOTIFICATION', unused: 'nothing has moved' },
    ...event('NOTIFICATION', 'rail-arrived', here),
    {
      field: 'Event.Description=INTERCHANGE',
      value: 'INTERCHANGE',
      unused: 'another road has it, or had it',
    },
    {
      field: 'Event.Time',
      value: time,
      beside: { 'Event.Description': 'OUT-GATE' },
      becomes: { milestones: [{ code: 'outgated', time: { at } }] },
    },
    {
      field: 'Event.Location.Station',
      value: 'TORONTO',
      beside: { 'Event.Description': 'OUT-GATE' },
      becomes: { milestones: [{ location: { siteId: 'urn:cn:toronto', name: 'TORONTO' } }] },
    },
    {
      field: 'Event.Location.Station',
      value: 'MONTREAL TASCH YARD',
      beside: { 'Destination.Station': 'MONTREAL TASCH YARD' },
      becomes: { milestones: [{ code: 'rail-arrived', time: null }] },
    },
    {
      field: 'Event.Location.ProvState',
      value: 'ON',
      beside: { 'Event.Description': 'OUT-GATE', 'Event.Location.Station': 'TORONTO' },
      becomes: { milestones: [{ location: { name: 'TORONTO, ON' } }] },
    },
    {
      field: 'StorageCharge.LastFreeDay',
      value: '2026-05-07',
      becomes: { lastFreeDays: [{ source: 'rail', date: '2026-05-07' }] },
    },
    ...customs('CUSTOMS HOLD'),
    ...customs('Held for exam'),
    ...customs('Not released'),
    ...customs('Hold until released'),
    ...['RELEASED', 'Customs cleared', 'NO HOLD', 'Hold removed', ''].map(
      (value): CoverageRow => ({ field: 'CustomsHold.Description', value, becomes: { holds: [] } }),
    ),
    {
      field: 'CustomsHold.Timestamp',
      value: time,
      beside: { 'CustomsHold.Description': 'CUSTOMS HOLD' },
      unused: 'a hold counts from when it was first recorded',
    },
    {
      field: 'CustomsHolds',
      value: [{ Description: 'CUSTOMS HOLD', Timestamp: time, Direction: 'I' }],
      becomes: { holds: [{ type: 'customs', description: 'CUSTOMS HOLD' }] },
    },
    { field: 'LotLocation', value: 'B 12', beside: unloaded, becomes: { lot: 'B 12' } },
    { field: 'LotLocation', value: 'B 12', unused: 'a lot is planned before the box is there' },
    { field: 'LotLocation.Lot', value: 'B', beside: unloaded, becomes: { lot: 'B' } },
    { field: 'LotLocation.Row', value: '12', beside: unloaded, becomes: { lot: '12' } },
    { field: 'LotLocation.Spot', value: '4', beside: unloaded, becomes: { lot: '4' } },
    { field: 'BadOrder', value: 'Y', becomes: { holds: [{ type: 'other', description: 'bad order' }] } },
    { field: 'BadOrder', value: true, becomes: { holds: [{ type: 'other' }] } },
    { field: 'BadOrder', value: 'N', becomes: { holds: [] } },
    { field: 'CarKind=KC1', value: 'KC1', becomes: { length: '20', description: '20 ft dry' } },
    { field: 'CarKind=KC2', value: 'KC2', becomes: { length: '40', description: '40 ft dry' } },
    { field: 'CarKind=KC4', value: 'KC4', becomes: { length: '40', description: '40 ft high cube' } },
    { field: 'CarKind=KR4', value: 'KR4', becomes: { length: '40', description: '40 ft reefer' } },
    {
      field: 'CarKindDescription',
      value: '40 FOOT CONTAINER',
      beside: { CarKind: 'KC4' },
      becomes: { length: '40', description: '40 FOOT CONTAINER' },
    },
    {
      field: 'FlatcarEquipmentId',
      value: 'DTTX000001',
      beside: { ...unloaded, LotLocation: 'B 12' },
      becomes: { lot: null, milestones: [{ code: 'rail-unloaded' }] },
    },
    { field: 'ChassisEquipmentId', value: 'XTRZ000001', unused: noPlace },
    { field: 'Weight', value: [{ Type: 'GROSS', Weight: '50000', Unit: 'LB' }], unused: noPlace },
  ],
  map: (members) => mapCn({ equipment: [{ EquipmentId: 'XTRU200010', ...nest(members) }] }, context),
});

function event(word: string, code: string, beside: Record<string, unknown> = {}): CoverageRow[] {
  return [{ field: `Event.Description=${word}`, value: word, beside, becomes: { milestones: [{ code }] } }];
}

function customs(text: string): CoverageRow[] {
  const holds = [{ type: 'customs', description: text, providerCode: text }];
  return [{ field: 'CustomsHold.Description', value: text, becomes: { holds } }];
}

/** Members of members, from names with dots. */
function nest(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const nested: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(members)) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    let row = nested;
    for (const name of names) {
      row[name] ??= {};
      // What was just made, or was made by another name before.
      row = row[name] as Record<string, unknown>;
    }
    row[last] = value;
  }
  return nested;
}
