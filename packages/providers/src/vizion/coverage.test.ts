import { type CoverageRow, describeCoverage } from '../conformance/coverage.ts';
import { observedAt } from '../conformance/index.ts';
import { mapVizion } from './map.ts';

const number = 'XTRU1000018';
const context = { service: 'availability', number, siteId: '', zone: null, observedAt } as const;
const noPlace = 'a result has no place for it';
const at = '2026-06-03T04:00:00-07:00';

const mapMilestone = (members: Readonly<Record<string, unknown>>) =>
  mapVizion(
    { createdAt: null, payload: { container_id: number, milestones: [{ timestamp: at, ...members }] } },
    context,
  );

const become = (code: string) => ({ milestones: [{ code, time: { at } }] });
const says = (value: string, becomes: object): CoverageRow => ({
  field: `description=${value}`,
  value,
  becomes,
});
const quiet = (value: string): CoverageRow =>
  says(value, { milestones: [], holds: null, available: null, unknownCodes: [] });
const hold = (type: string, value: string) =>
  says(value, { holds: [{ type, description: value, providerCode: value }], milestones: [] });

const words: CoverageRow[] = [
  says('Gate out from origin port', become('empty-out')),
  says('Gate out (origin, empty)', become('empty-out')),
  says('Gate in at origin port', become('ingated')),
  says('Gate in', become('ingated')),
  says('Loaded on vessel', become('loaded')),
  says('Loaded on vessel at origin port', become('loaded')),
  says('Vessel departed', become('departed')),
  says('Vessel departure from origin port', become('departed')),
  says('Estimated vessel departure', become('etd')),
  says('Vessel arrived at destination port', become('arrived')),
  says('Estimated vessel arrival', become('eta')),
  says('Estimated arrival at destination', become('eta')),
  quiet('Vessel berthed at destination port'),
  quiet('Vessel unloading at destination port'),
  quiet('Vessel arrived at transshipment port'),
  quiet('Feeder departed'),
  quiet('Barge arrived'),
  says('Discharged from vessel at destination port', become('discharged')),
  says('Available for pickup', { available: true }),
  says('Container available for pickup', { available: true }),
  says('Available for release / delivery', { available: true }),
  says('Free time to expire', { lastFreeDays: [{ source: 'terminal', date: '2026-06-03' }] }),
  hold('customs', 'Customs hold'),
  says('Customs hold release', { holds: [] }),
  says('Customs release', { holds: [] }),
  hold('freight', 'Freight hold'),
  says('Freight hold release', { holds: [] }),
  hold('terminal', 'Terminal hold'),
  says('Terminal hold release', { holds: [] }),
  says('Carrier release', { holds: [] }),
  says('Gate out from destination port', become('outgated')),
  says('Gate out at port of destination', become('outgated')),
  says('Loaded on rail', become('rail-loaded')),
  says('Inbound rail departure', become('rail-departed')),
  says('Rail departed', become('rail-departed')),
  says('Rail arrived', become('rail-arrived')),
  says('Inbound rail arrival', become('rail-arrived')),
  says('Discharged from rail', become('rail-unloaded')),
  says('Unloaded from rail', become('rail-unloaded')),
  says('Delivered', become('delivered')),
  says('Gate in empty return', become('returned')),
  says('Gate in empty', become('returned')),
  quiet('Loaded on truck'),
  quiet('Truck departed'),
  quiet('Car spot'),
  quiet('Destuffed and reused for export'),
];

const event = (type: string, members: object = {}) => ({
  journey_type: type === 'ARRI' || type === 'DEPA' ? 'TRANSPORT' : 'EQUIPMENT',
  event_classifier: 'ACT',
  event_type: type,
  transport_mode: 'VESSEL',
  empty_indicator: 'LADEN',
  ...members,
});
const moves = (type: string, place: string, becomes: object, members: object = {}): CoverageRow => ({
  field: `journey_event=${type}`,
  value: event(type, members),
  beside: { shipment_location: { type_code: place }, description: 'Delivered' },
  becomes,
});
const rail = { transport_mode: 'RAIL' };
const empty = { transport_mode: 'TRUCK', empty_indicator: 'EMPTY' };
const none = { milestones: [] };

describeCoverage('vizion milestones', {
  documented: [
    ...words.map(({ field }) => field),
    ...['LOAD', 'DISC', 'GTOT', 'GTIN', 'ARRI', 'DEPA'].map((code) => `journey_event=${code}`),
    'id',
    'raw_description',
    'timestamp',
    'planned',
    'mode',
    'source',
    'vessel',
    'vessel_imo',
    'vessel_mmsi',
    'voyage',
    'location',
  ],
  rows: [
    ...words,
    moves('LOAD', 'POL', become('loaded')),
    moves('LOAD', 'POD', become('rail-loaded'), rail),
    moves('DISC', 'POD', become('discharged')),
    moves('DISC', 'RTP', none),
    moves('DISC', 'PDE', become('rail-unloaded'), rail),
    moves('GTOT', 'POD', become('outgated')),
    moves('GTOT', 'PRE', become('empty-out'), empty),
    moves('GTIN', 'POL', become('ingated')),
    moves('GTIN', 'PDE', become('returned'), empty),
    moves('ARRI', 'POD', become('arrived')),
    moves('ARRI', 'RTP', none),
    moves('ARRI', 'PDE', become('rail-arrived'), rail),
    moves('DEPA', 'POL', become('departed')),
    moves('DEPA', 'RTP', none),
    moves('DEPA', 'POD', become('rail-departed'), rail),
    {
      field: 'id',
      value: 'm1',
      beside: { description: 'Delivered' },
      unused: 'words and times tell milestones apart',
    },
    {
      field: 'raw_description',
      value: 'CBP',
      beside: { description: 'Customs hold' },
      becomes: { holds: [{ description: 'CBP' }] },
    },
    { field: 'timestamp', value: at, beside: { description: 'Delivered' }, becomes: become('delivered') },
    {
      field: 'planned',
      value: true,
      beside: { description: 'Vessel arrived at destination port' },
      becomes: { milestones: [{ code: 'eta', mode: 'vessel' }] },
    },
    {
      field: 'planned',
      value: true,
      beside: { description: 'Vessel departed' },
      becomes: { milestones: [{ code: 'etd' }] },
    },
    {
      field: 'planned',
      value: true,
      beside: { description: 'Gate out from destination port' },
      becomes: none,
    },
    { field: 'mode', value: 'Trunk', beside: { description: 'Delivered' }, unused: noPlace },
    { field: 'source', value: 'ais', beside: { description: 'Delivered' }, unused: noPlace },
    {
      field: 'vessel',
      value: 'A',
      beside: { description: 'Delivered' },
      becomes: { carrier: { vessel: 'A' } },
    },
    { field: 'vessel_imo', value: 9_000_003, beside: { description: 'Delivered' }, unused: noPlace },
    { field: 'vessel_mmsi', value: 1, beside: { description: 'Delivered' }, unused: noPlace },
    {
      field: 'voyage',
      value: '012W',
      beside: { description: 'Delivered', vessel: 'A' },
      becomes: { carrier: { voyage: '012W' } },
    },
    {
      field: 'location',
      value: { name: 'Port', facility: 'Pier', timezone: 'America/Los_Angeles' },
      beside: { description: 'Delivered' },
      becomes: { milestones: [{ location: { type: 'terminal', siteId: null, name: 'Pier' } }] },
    },
  ],
  map: mapMilestone,
});

describeCoverage('vizion payload', {
  documented: [
    'container_id',
    'container_iso',
    'carrier_scac',
    'bill_of_lading',
    'booking_number',
    'destination_port',
    'inland_destination',
    'origin_port',
    'inland_origin',
  ],
  rows: [
    { field: 'container_id', value: number, becomes: { found: true } },
    {
      field: 'container_iso',
      value: '45G1',
      becomes: { isoType: '45G1', length: '40', description: '45G1' },
    },
    { field: 'carrier_scac', value: 'EXLU', becomes: { carrier: { steamshipLine: 'EXLU' } } },
    { field: 'bill_of_lading', value: 'SYNT1', becomes: { billOfLading: 'SYNT1' } },
    { field: 'booking_number', value: 'BK1', unused: noPlace },
    {
      field: 'destination_port',
      value: { name: 'Port' },
      becomes: { destination: { type: 'terminal', name: 'Port' } },
    },
    {
      field: 'inland_destination',
      value: { name: 'Ramp' },
      becomes: { destination: { type: 'rail', name: 'Ramp' } },
    },
    { field: 'origin_port', value: { name: 'Shanghai' }, unused: noPlace },
    { field: 'inland_origin', value: { name: 'X' }, unused: noPlace },
  ],
  map: (members) =>
    mapVizion({ createdAt: null, payload: { container_id: number, milestones: [], ...members } }, context),
});
