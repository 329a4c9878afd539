import { type CoverageRow, describeCoverage } from '../conformance/coverage.ts';
import { observedAt } from '../conformance/index.ts';
import type { statuses } from './codes.ts';
import { sprintpassPro } from './provider.ts';

const number = 'XTRU1000018';
const context = { service: 'availability', number, siteId: 'OAK', zone: null, observedAt } as const;
const noPlace = 'a result has no place for it';
const at = '2026-06-03T04:00:00.0000000';

const mapNotification = (members: object) =>
  sprintpassPro.map({ orchestration_request: { unit_nbr: number }, ...members }, context);
const mapUnit = (members: object) =>
  mapNotification({ unit_status: { unitinfo: { unit_nbr: number }, ...members } });
const become = (code: string, more: object = {}) => ({ becomes: { milestones: [{ code, ...more }] } });

describeCoverage('sprintpass_pro notification', {
  documented: ['unit_nbr', 'container_nbr', 'trade_type', 'notification_type', 'sections_updated'],
  rows: [
    { field: 'unit_nbr', value: number, becomes: { found: true } },
    { field: 'unit_nbr', value: number.slice(0, 10), becomes: { found: true } },
    { field: 'unit_nbr', value: 'XTRU1000023', becomes: { found: false } },
    { field: 'container_nbr', value: number, becomes: { found: true } },
    { field: 'trade_type', value: 'I', beside: { unit_nbr: number }, unused: 'the use of the unit says it' },
    {
      field: 'notification_type',
      value: ['Appointment'],
      beside: { unit_nbr: number },
      unused: 'every section is read',
    },
    {
      field: 'sections_updated',
      value: ['holdinfo'],
      beside: { unit_nbr: number },
      unused: 'every section is read',
    },
  ],
  map: (request) =>
    mapNotification({ orchestration_request: request, unit_status: { unitinfo: { unit_cat: 'CN' } } }),
});

// `client` reads it: an order that ended with a critical message is a box that was not found.
describeCoverage('sprintpass_pro orchestration status', {
  documented: ['status', 'submitted_dttm', 'initiated_dttm', 'ended_dttm', 'messages'],
  rows: ['status', 'submitted_dttm', 'initiated_dttm', 'ended_dttm', 'messages'].map((field) => ({
    field,
    value: field === 'messages' ? [] : at,
    unused: 'it is about the order, not the box; what ends it is read before a notification is kept',
  })),
  map: (members) => mapNotification({ orchestration_status: members, unit_status: { unitinfo: {} } }),
});

describeCoverage('sprintpass_pro unit', {
  documented: [
    'unit_nbr',
    'unit_cat',
    'unittypeiso_cd',
    'unitsztype_cd',
    'ownerline_scac',
    'ownerline_cd',
    'tare_wgt',
    'tarewgt_unit',
  ],
  rows: [
    { field: 'unit_nbr', value: number, unused: 'the request names the box' },
    { field: 'unit_cat', value: 'CN', unused: 'only containers are asked for' },
    {
      field: 'unittypeiso_cd',
      value: '45G1',
      becomes: { isoType: '45G1', length: '40', description: '45G1' },
    },
    { field: 'unitsztype_cd', value: '40HC', becomes: { description: '40HC', isoType: null } },
    { field: 'ownerline_scac', value: 'EXLU', becomes: { carrier: { steamshipLine: 'EXLU' } } },
    { field: 'ownerline_cd', value: 'EXL', becomes: { carrier: { steamshipLine: 'EXL' } } },
    { field: 'tare_wgt', value: '3700', unused: noPlace },
    { field: 'tarewgt_unit', value: 'KG', unused: noPlace },
  ],
  map: (members) => mapUnit({ unitinfo: members }),
});

const statusRows: Record<keyof typeof statuses & string, Partial<CoverageRow>> = {
  N: { becomes: { found: false, unknownCodes: [] } },
  O: { unused: 'a manifest names the box: where it is, is not said' },
  AE: become('loaded', { mode: 'vessel' }),
  VA: become('arrived', { mode: 'vessel' }),
  UV: become('discharged', { mode: 'vessel' }),
  Y: become('grounded'),
  AL: become('rail-loaded', { mode: 'rail' }),
  UR: become('rail-unloaded', { mode: 'rail' }),
  DN: { becomes: { available: false } },
  AV: { becomes: { available: true } },
  OA: become('outgated'),
  I: become('ingated'),
};

describeCoverage('sprintpass_pro status', {
  documented: [
    ...['N', 'O', 'AE', 'VA', 'UV', 'Y', 'AL', 'UR', 'DN', 'AV', 'OA', 'I'].map(
      (code) => `status_cd=${code}`,
    ),
    'status_desc',
    'unituse_cd=I',
    'unituse_cd=E',
    'unituse_desc',
  ],
  rows: [
    ...Object.entries(statusRows).map(
      // Each has one of the two outcomes of a row.
      ([code, outcome]) => ({ field: `status_cd=${code}`, value: code, ...outcome }) as CoverageRow,
    ),
    { field: 'status_desc', value: 'In Yard', ...become('grounded') },
    { field: 'status_desc', value: 'GATE IN', beside: { status_cd: 'O' }, ...become('ingated') },
    { field: 'unituse_cd=I', value: 'I', becomes: { found: true } },
    { field: 'unituse_cd=E', value: 'E', becomes: { found: false, unknownCodes: [] } },
    { field: 'unituse_desc', value: 'IMPORT', unused: 'the code says it' },
  ],
  map: (members) => mapUnit({ unitstatusinfo: members }),
});

describeCoverage('sprintpass_pro location', {
  documented: [
    'port_cd',
    'port_nm',
    'facility_cd',
    'facility_nm',
    'locationtype_cd',
    'locationstatus_cd',
    'seq_nbr',
    'guarantee_through_date',
  ],
  rows: [
    {
      field: 'port_cd',
      value: 'OAK',
      becomes: { destination: { siteId: 'urn:sprintpass-pro:oak', name: 'Oakland' } },
    },
    { field: 'port_nm', value: 'Oakland', unused: 'the code names the port' },
    { field: 'facility_cd', value: 'FCLTA', becomes: { destination: { name: 'FCLTA' } } },
    {
      field: 'facility_nm',
      value: 'Pier A',
      beside: { facility_cd: 'FCLTA' },
      becomes: { destination: { name: 'Pier A' } },
    },
    {
      field: 'locationtype_cd',
      value: 'M',
      unused: 'the active location is where the box is, of whatever type',
    },
    { field: 'locationstatus_cd', value: 'ACT', becomes: { destination: { name: 'Oakland' } } },
    { field: 'seq_nbr', value: 1, unused: 'the status says which location counts' },
    { field: 'guarantee_through_date', value: '2026-06-09', unused: 'it is what the order asked to pay for' },
  ],
  map: (members) =>
    mapUnit({ locations: [{ locationstatus_cd: 'CMP' }, { locationstatus_cd: 'ACT', ...members }] }),
});

describeCoverage('sprintpass_pro vessel', {
  documented: ['vessel_cd', 'voyage_nbr', 'estarrival_dt', 'actarrival_dt', 'carriertype_cd'],
  rows: [
    { field: 'vessel_cd', value: 'EXT', becomes: { carrier: { vessel: 'EXT' } } },
    { field: 'voyage_nbr', value: '012W', becomes: { carrier: { voyage: '012W' } } },
    {
      field: 'estarrival_dt',
      value: '2026-06-02',
      ...become('eta', { time: { at: '2026-06-02T00:00:00-07:00' } }),
    },
    { field: 'actarrival_dt', value: '2026-06-02', ...become('arrived', { time: null }) },
    {
      field: 'actarrival_dt',
      value: '2026-06-02',
      beside: { estarrival_dt: '2026-06-01' },
      ...become('arrived'),
    },
    { field: 'carriertype_cd', value: 'TK', beside: { vessel_cd: 'EXT' }, becomes: { carrier: null } },
  ],
  map: ({ carriertype_cd = 'VC', ...vesselinfo }) =>
    mapUnit({ locations: [{ locationinfo: { arrivalinfo: { carriertype_cd, vesselinfo } } }] }),
});
