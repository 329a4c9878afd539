import { type CoverageRow, describeCoverage } from '../conformance/coverage.ts';
import { observedAt } from '../conformance/index.ts';
import { mapTerminal49 } from './map.ts';

const number = 'XTRU1000018';
const context = { service: 'availability', number, siteId: '', zone: null, observedAt } as const;
const noPlace = 'a result has no place for it';
const at = '2026-06-02T13:00:00Z';
const zone = { pod_timezone: 'America/Los_Angeles' };

const happened = (field: string, code: string): CoverageRow => ({
  field,
  value: at,
  becomes: { milestones: [{ code, time: { at } }] },
});
const state = (value: string, code: string | null): CoverageRow =>
  code === null
    ? { field: `current_status=${value}`, value, unused: 'other members say it better, or nothing moved' }
    : { field: `current_status=${value}`, value, becomes: { milestones: [{ code, time: null }] } };
const hold = (name: string, type: string): CoverageRow => ({
  field: `holds_at_pod_terminal=${name}`,
  value: [{ name, status: 'hold', description: 'why' }],
  becomes: { holds: [{ type, description: 'why', providerCode: name }] },
});
const fee = (type: string, ours: string): CoverageRow => ({
  field: `fees_at_pod_terminal=${type}`,
  value: [{ type, amount: '12.5', currency_code: 'CAD' }],
  becomes: { fees: [{ type: ours, amount: '12.50', currency: 'CAD', paidThrough: null }] },
});

const statuses: readonly [string, string | null][] = [
  ['new', null],
  ['on_ship', 'loaded'],
  ['available', null],
  ['not_available', null],
  ['grounded', 'grounded'],
  ['on_rail', 'rail-departed'],
  ['picked_up', 'outgated'],
  ['off_dock', null],
  ['delivered', 'delivered'],
  ['dropped', null],
  ['loaded', null],
  ['empty_returned', 'returned'],
  ['awaiting_inland_transfer', null],
];
const holds: readonly [string, string][] = [
  ['freight', 'freight'],
  ['customs', 'customs'],
  ['USDA', 'usda'],
  ['VACIS', 'customs'],
  ['TMF', 'terminal'],
  ['other', 'other'],
];
const fees: readonly [string, string][] = [
  ['demurrage', 'demurrage'],
  ['exam', 'exam'],
  ['extended_dwell_time', 'other'],
  ['other', 'other'],
];
const moments: readonly [string, string][] = [
  ['pod_arrived_at', 'arrived'],
  ['pod_discharged_at', 'discharged'],
  ['pod_full_out_at', 'outgated'],
  ['empty_terminated_at', 'returned'],
  ['final_destination_full_out_at', 'outgated'],
  ['pod_rail_loaded_at', 'rail-loaded'],
  ['pod_rail_departed_at', 'rail-departed'],
  ['ind_ata_at', 'rail-arrived'],
  ['ind_rail_unloaded_at', 'rail-unloaded'],
];
const passed = ['seal_number', 'weight_in_lbs', 'pod_full_out_chassis_number', 'ref_numbers'];

describeCoverage('terminal49 container', {
  documented: [
    'number',
    'equipment_type',
    'equipment_length',
    'equipment_height',
    ...statuses.map(([status]) => `current_status=${status}`),
    'availability_known',
    'available_for_pickup',
    ...holds.map(([name]) => `holds_at_pod_terminal=${name}`),
    'holds_at_pod_terminal=pending',
    ...fees.map(([type]) => `fees_at_pod_terminal=${type}`),
    'fees_at_pod_terminal=total',
    'import_deadlines',
    'pickup_lfd',
    'pickup_appointment_at',
    'location_at_pod_terminal',
    ...moments.map(([field]) => field),
    'ind_eta_at',
    'pod_timezone',
    'final_destination_timezone',
    'empty_terminated_timezone',
    ...passed,
  ],
  rows: [
    { field: 'number', value: number, becomes: { found: true } },
    { field: 'number', value: 'XTRU1000023', becomes: { found: false } },
    { field: 'equipment_type', value: 'dry', becomes: { description: 'dry' } },
    { field: 'equipment_length', value: 40, becomes: { length: '40' } },
    {
      field: 'equipment_height',
      value: 'high_cube',
      beside: { equipment_type: 'dry' },
      becomes: { description: 'dry high cube' },
    },
    ...statuses.map(([status, code]) => state(status, code)),
    {
      field: 'availability_known',
      value: true,
      beside: { available_for_pickup: true },
      becomes: { available: true },
    },
    {
      field: 'available_for_pickup',
      value: false,
      beside: { availability_known: true },
      becomes: { available: false },
    },
    { field: 'available_for_pickup', value: true, unused: 'the terminal is not known to say so' },
    ...holds.map(([name, type]) => hold(name, type)),
    {
      field: 'holds_at_pod_terminal=pending',
      value: [{ name: 'customs', status: 'pending', description: null }],
      becomes: { holds: [], unknownCodes: [] },
    },
    ...fees.map(([type, ours]) => fee(type, ours)),
    {
      field: 'fees_at_pod_terminal=total',
      value: [{ type: 'total', amount: 12.5, currency_code: 'USD' }],
      becomes: { fees: [], unknownCodes: [] },
    },
    {
      field: 'import_deadlines',
      value: {
        pickup_lfd_line: '2026-06-10T07:00:00Z',
        pickup_lfd_terminal: '2026-06-09T07:00:00Z',
        pickup_lfd_rail: '2026-06-12T05:00:00Z',
      },
      beside: { ...zone, final_destination_timezone: 'America/Chicago' },
      becomes: {
        lastFreeDays: [
          { source: 'line', date: '2026-06-10' },
          { source: 'terminal', date: '2026-06-09' },
          { source: 'rail', date: '2026-06-12' },
        ],
      },
    },
    {
      field: 'pickup_lfd',
      value: '2026-06-09T07:00:00Z',
      beside: zone,
      becomes: { lastFreeDays: [{ source: 'line', date: '2026-06-09' }] },
    },
    {
      field: 'pickup_lfd',
      value: '2026-06-10T07:00:00Z',
      beside: { ...zone, import_deadlines: { pickup_lfd_terminal: '2026-06-09T07:00:00Z' } },
      unused: 'a deadline that says whose it is goes before',
    },
    {
      field: 'pickup_appointment_at',
      value: at,
      becomes: { appointment: { start: { at }, end: null, number: null } },
    },
    { field: 'pickup_appointment_at', value: null, becomes: { appointment: null } },
    { field: 'location_at_pod_terminal', value: 'A12', becomes: { lot: 'A12' } },
    ...moments.map(([field, code]) => happened(field, code)),
    {
      field: 'ind_eta_at',
      value: at,
      becomes: { milestones: [{ code: 'eta', time: { at }, mode: 'rail' }] },
    },
    { field: 'ind_eta_at', value: at, beside: { ind_ata_at: at }, unused: 'the train is there' },
    {
      field: 'pod_timezone',
      value: 'America/Los_Angeles',
      beside: { pickup_lfd: '2026-06-09T06:59:59Z' },
      becomes: { lastFreeDays: [{ date: '2026-06-08' }] },
    },
    {
      field: 'final_destination_timezone',
      value: 'America/Chicago',
      beside: { import_deadlines: { pickup_lfd_rail: '2026-06-12T04:59:59Z' } },
      becomes: { lastFreeDays: [{ source: 'rail', date: '2026-06-11' }] },
    },
    { field: 'empty_terminated_timezone', value: 'America/Chicago', unused: 'its time carries an offset' },
    ...passed.map((field): CoverageRow => ({ field, value: 'x', unused: noPlace })),
  ],
  map: (members) => mapTerminal49({ container: { number, ...members }, shipment: {} }, context),
});

describeCoverage('terminal49 shipment', {
  documented: [
    'bill_of_lading_number',
    'shipping_line_scac',
    'pod_vessel_name',
    'pod_voyage_number',
    'pod_eta_at',
    'pod_ata_at',
    'port_of_discharge_locode',
    'port_of_discharge_name',
    'destination_locode',
    'destination_name',
    'destination_eta_at',
    'pol_etd_at',
    'pol_atd_at',
    'line_tracking_stopped_reason',
  ],
  rows: [
    { field: 'bill_of_lading_number', value: 'SYNT1', becomes: { billOfLading: 'SYNT1' } },
    { field: 'shipping_line_scac', value: 'EXLU', becomes: { carrier: { steamshipLine: 'EXLU' } } },
    { field: 'pod_vessel_name', value: 'A', becomes: { carrier: { vessel: 'A' } } },
    { field: 'pod_voyage_number', value: '012W', becomes: { carrier: { voyage: '012W' } } },
    { field: 'pod_eta_at', value: at, becomes: { milestones: [{ code: 'eta', mode: 'vessel' }] } },
    { field: 'pod_eta_at', value: at, beside: { pod_ata_at: at }, unused: 'the vessel is there' },
    { field: 'pod_ata_at', value: at, becomes: { milestones: [{ code: 'arrived', time: { at } }] } },
    {
      field: 'port_of_discharge_locode',
      value: 'USLAX',
      becomes: { destination: { type: 'terminal', name: 'USLAX' } },
    },
    {
      field: 'port_of_discharge_name',
      value: 'Port',
      becomes: { destination: { type: 'terminal', name: 'Port' } },
    },
    {
      field: 'destination_locode',
      value: 'USCHI',
      becomes: { destination: { type: 'rail', name: 'USCHI' } },
    },
    { field: 'destination_name', value: 'Ramp', becomes: { destination: { type: 'rail', name: 'Ramp' } } },
    { field: 'destination_eta_at', value: at, becomes: { milestones: [{ code: 'eta', mode: 'rail' }] } },
    { field: 'pol_etd_at', value: at, becomes: { milestones: [{ code: 'etd' }] } },
    { field: 'pol_etd_at', value: at, beside: { pol_atd_at: at }, unused: 'the vessel has left' },
    { field: 'pol_atd_at', value: at, becomes: { milestones: [{ code: 'departed' }] } },
    { field: 'line_tracking_stopped_reason', value: 'x', unused: noPlace },
  ],
  map: (members) => mapTerminal49({ container: { number }, shipment: members }, context),
});
