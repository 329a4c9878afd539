import { type CoverageRow, describeCoverage } from '../conformance/coverage.ts';
import { observedAt } from '../conformance/index.ts';
import { mapPortVirginia } from './map.ts';

const context = {
  service: 'availability',
  number: 'XTRU5004562',
  siteId: '',
  zone: null,
  observedAt,
} as const;
const noPlace = 'a result has no place for it';
const local = '2026-02-15T18:16:13.973';
const at = '2026-02-15T18:16:13.973-05:00';
const become = (code: string, more: object = {}) => ({ becomes: { milestones: [{ code, ...more }] } });

const holds = ['CUSTOMS', 'USDA', 'FREIGHT', 'LINE', 'DEMURRAGE'];
const states = ['ADVISED', 'INBOUND', 'ECIN', 'YARD', 'ECOUT', 'LOADED', 'DEPARTED'];

const documented = [
  'container',
  'billOfLading',
  'billOfLadingNumber',
  'category',
  'freightKind=LADEN',
  'freightKind=EMPTY',
  'iso',
  'terminal=NIT',
  'terminal=VIG',
  ...states.map((state) => `shipmentState=${state}`),
  'shipmentStatus=Available',
  'shipmentStatus=Not Available',
  ...['AE', 'VA', 'VD', 'UV', 'OA', 'I', 'RD', 'AL', 'RL', 'AR', 'UR'].map(
    (code) => `shipmentAction=${code}`,
  ),
  ...['AV', 'DN', 'CT', 'CU', 'CH', 'PA', 'NF', 'EE'].map((code) => `shipmentAction=${code}`),
  'carrierScac',
  'carrierName',
  'carrierBookingNumber',
  'voyageVesselName',
  'voyageCode',
  'voyageLloyds',
  'yardBlock',
  'holds',
  'freeTimeExpiration',
  'inTime',
  'outTime',
  'emptyReturnTime',
  'inCarrierMode=VESSEL',
  'inCarrierMode=TRUCK',
  'inCarrierScac',
  'outCarrierMode=TRUCK',
  'outCarrierMode=RAIL',
  'outCarrierScac',
  'weight',
  'weightUnit',
  'weightQualifier',
  'isHazardous',
  'isReefer',
  'chassis',
];

const objectRows: CoverageRow[] = [
  { field: 'container', value: 'XTRU5004562', becomes: { found: true } },
  { field: 'billOfLading', value: 'SYNT0018', becomes: { billOfLading: 'SYNT0018' } },
  { field: 'billOfLadingNumber', value: 'SYNT0021', becomes: { billOfLading: 'SYNT0021' } },
  { field: 'category', value: 'IMPRT', becomes: { found: true } },
  { field: 'category', value: 'EXPRT', becomes: { found: false, unknownCodes: [] } },
  { field: 'freightKind=LADEN', value: 'LADEN', becomes: { loaded: 'laden' } },
  { field: 'freightKind=EMPTY', value: 'EMPTY', becomes: { loaded: 'empty' } },
  { field: 'iso', value: '4500', becomes: { isoType: '4500', length: '40', description: '4500' } },
  { field: 'iso', value: 'L5G1', becomes: { length: '45' } },
  { field: 'terminal=NIT', value: 'NIT', becomes: { destination: { siteId: 'urn:port-virginia:nit' } } },
  { field: 'terminal=VIG', value: 'VIG', becomes: { destination: { siteId: 'urn:port-virginia:vig' } } },
  { field: 'carrierScac', value: 'EXLU', becomes: { carrier: { type: 'vessel', steamshipLine: 'EXLU' } } },
  { field: 'carrierName', value: 'EXAMPLE LINE', becomes: { carrier: { steamshipLine: 'EXAMPLE LINE' } } },
  {
    field: 'carrierName',
    value: 'EXAMPLE LINE',
    beside: { carrierScac: 'EXLU' },
    unused: 'the code says it',
  },
  { field: 'carrierBookingNumber', value: '123456', unused: 'of an export' },
  { field: 'voyageVesselName', value: 'EXAMPLE TRADER', becomes: { carrier: { vessel: 'EXAMPLE TRADER' } } },
  { field: 'voyageCode', value: '012W', becomes: { carrier: { voyage: '012W' } } },
  { field: 'voyageLloyds', value: '9000003', unused: noPlace },
  ...['weight', 'weightUnit', 'weightQualifier', 'isHazardous', 'isReefer', 'chassis'].map(
    (field): CoverageRow => ({ field, value: 'K', unused: noPlace }),
  ),
  { field: 'inCarrierScac', value: 'EXLU', unused: noPlace },
  { field: 'outCarrierScac', value: 'XDRY', unused: noPlace },
];

const placeRows: CoverageRow[] = [
  { field: 'shipmentState=YARD', value: 'YARD', ...become('grounded', { time: null }) },
  {
    field: 'shipmentState=DEPARTED',
    value: 'DEPARTED',
    beside: { outTime: local },
    ...become('outgated', { time: { at } }),
  },
  { field: 'shipmentState=DEPARTED', value: 'DEPARTED', unused: 'when and by what it left is not said' },
  ...['ADVISED', 'INBOUND', 'ECIN', 'ECOUT', 'LOADED'].map(
    (state): CoverageRow => ({
      field: `shipmentState=${state}`,
      value: state,
      unused: 'it says by no time what moved',
    }),
  ),
  { field: 'shipmentStatus=Available', value: 'Available', becomes: { available: true } },
  { field: 'shipmentStatus=Not Available', value: 'Not Available', becomes: { available: false } },
  ...action('AE', 'loaded'),
  ...action('VA', 'arrived'),
  ...action('UV', 'discharged'),
  ...action('OA', 'outgated'),
  ...action('I', 'ingated'),
  ...action('RD', 'returned'),
  ...action('AL', 'rail-loaded', { mode: 'rail' }),
  ...action('RL', 'rail-departed', { mode: 'rail' }),
  ...action('AR', 'rail-arrived', { mode: 'rail' }),
  ...action('UR', 'rail-unloaded', { mode: 'rail' }),
  { field: 'shipmentAction=VD', value: 'VD', unused: 'the vessel may have left the box here' },
  { field: 'shipmentAction=AV', value: 'AV', unused: 'the status says it' },
  { field: 'shipmentAction=DN', value: 'DN', unused: 'the status says it' },
  ...['CT', 'CU', 'CH', 'PA'].map(
    (code): CoverageRow => ({ field: `shipmentAction=${code}`, value: code, unused: 'the holds say it' }),
  ),
  { field: 'shipmentAction=NF', value: 'NF', unused: 'the end of free time says it' },
  { field: 'shipmentAction=EE', value: 'EE', unused: 'an empty goes out for an export' },
  {
    field: 'yardBlock',
    value: '12A',
    beside: { shipmentAction: 'UV' },
    becomes: { milestones: [{ code: 'discharged' }, { code: 'grounded' }], lot: '12A' },
  },
  { field: 'yardBlock', value: '12A', unused: 'a place is planned before the discharge' },
  {
    field: 'inTime',
    value: local,
    beside: { inCarrierMode: 'VESSEL' },
    ...become('discharged', { time: { at } }),
  },
  { field: 'inTime', value: local, unused: 'how it came in is not said' },
  { field: 'inCarrierMode=VESSEL', value: 'VESSEL', beside: { inTime: local }, ...become('discharged') },
  { field: 'inCarrierMode=TRUCK', value: 'TRUCK', beside: { inTime: local }, unused: 'no import comes so' },
  { field: 'outTime', value: local, ...become('outgated', { time: { at } }) },
  { field: 'outCarrierMode=TRUCK', value: 'TRUCK', beside: { outTime: local }, ...become('outgated') },
  { field: 'outCarrierMode=RAIL', value: 'RAIL', beside: { outTime: local }, ...become('rail-departed') },
  {
    field: 'emptyReturnTime',
    value: local,
    beside: { outTime: '2026-02-10T08:00:00' },
    becomes: { milestones: [{ code: 'outgated' }, { code: 'returned', time: { at } }] },
  },
  { field: 'emptyReturnTime', value: local, unused: 'it has not left: an earlier trip ended so' },
  ...holds.map(
    (text): CoverageRow => ({
      field: 'holds',
      value: [text],
      becomes: {
        holds: [{ type: text === 'DEMURRAGE' ? 'terminal' : text.toLowerCase(), description: text }],
      },
    }),
  ),
  {
    field: 'holds',
    value: ['CUSTOMS', 'SPARKLE'],
    becomes: { holds: [{ type: 'customs' }, { type: 'other' }] },
  },
  { field: 'holds', value: [], becomes: { holds: [] } },
  {
    field: 'freeTimeExpiration',
    value: '2026-06-09T23:59:00',
    becomes: { lastFreeDays: [{ source: 'terminal', date: '2026-06-09' }] },
  },
];

describeCoverage('port_virginia import availability and container details', {
  documented,
  rows: [...objectRows, ...placeRows],
  map: (members) =>
    mapPortVirginia({ data: { container: 'XTRU5004562', terminal: 'NIT', ...members } }, context),
});

function action(code: string, milestone: string, more: object = {}): CoverageRow[] {
  return [{ field: `shipmentAction=${code}`, value: code, ...become(milestone, { time: null, ...more }) }];
}

const eventTypes = [
  ...['Arrival', 'Departure'].flatMap((move) => [`Vessel${move}Estimated`, `Vessel${move}Actual`]),
  ...['VesselDischargeActual', 'VesselLoadActual', 'VesselPhaseUpdate'],
  ...['Arrival', 'Departure'].flatMap((move) => [`Barge${move}Estimated`, `Barge${move}Actual`]),
  ...['BargeDischargeActual', 'BargeLoadActual', 'BargePhaseUpdate'],
  ...['Available', 'Unavailable', 'CustomsExamRequired', 'CustomsExamCompleted', 'CustomsRelease'],
  ...['GateInActual', 'GateOutActual', 'GateInEstimated', 'GateOutEstimated', 'EmptyReturn'],
  ...['RailInActual', 'RailOutActual', 'RailDischargeActual', 'RailLoadActual'],
  ...['ShiftCell', 'ShiftPier', 'TruckLoadActual', 'TruckDischargeActual'],
].map((name) => `Unit${name}`);

// The feed that resembles DCSA has its own words for the same.
const feedTypes = [
  ...['ShiftCell', 'ContainerFullRelease', 'CustomsHold', 'CustomsRelease'],
  ...['ActualRailArrival', 'ActualRailDeparture', 'ActualDischargeFromRail', 'ActualLoadedOnRail'],
  ...['EstimatedGateIn', 'EstimatedGateOut', 'ActualGateIn', 'ActualGateOut'],
  ...['Estimated', 'Actual'].flatMap((word) => [`${word}VesselArrival`, `${word}VesselDeparture`]),
  ...['ActualDischargeFromVessel', 'ActualLoadedOnVessel'],
  ...['Estimated', 'Actual'].flatMap((word) => [`${word}BargeArrival`, `${word}BargeDeparture`]),
  'ActualLoadedOnBarge',
];

describeCoverage('port_virginia container events', {
  documented: [...eventTypes, ...feedTypes].map((type) => `events=${type}`),
  rows: [...eventTypes, ...feedTypes].map((eventType) => ({
    field: `events=${eventType}`,
    value: [{ eventType, eventTime: local }],
    unused: 'told by container events, which come with the port’s notices and are not asked for',
  })),
  map: (members) => mapPortVirginia({ data: { container: 'XTRU5004562' }, ...members }, context),
});
