import { type CoverageRow, describeCoverage } from '../conformance/coverage.ts';
import { observedAt } from '../conformance/index.ts';
import { type activities, holdTypesByCode } from './codes.ts';
import { sprintpassPro } from './provider.ts';

const number = 'XTRU1000018';
const context = { service: 'availability', number, siteId: 'OAK', zone: null, observedAt } as const;
const noPlace = 'a result has no place for it';
const at = '2026-06-03T04:00:00.0000000';
const time = { at: '2026-06-03T04:00:00-07:00' };

const mapUnit = (members: object) =>
  sprintpassPro.map(
    {
      orchestration_request: { unit_nbr: number },
      unit_status: { unitinfo: { unit_nbr: number }, ...members },
    },
    context,
  );
const become = (code: string, more: object = {}) => ({ becomes: { milestones: [{ code, ...more }] } });

const slot = { visit_dt: '2026-06-05', visitstart_tm: '08:00', visitend_tm: '0900' };
const kept = { start: { at: '2026-06-05T08:00:00-07:00' }, end: { at: '2026-06-05T09:00:00-07:00' } };

describeCoverage('sprintpass_pro appointment', {
  documented: [
    ...['PENDING', 'CONFIRMED', 'CANCELED', 'COMPLETED'].map((state) => `reservation_status=${state}`),
    'ticket_nbr',
    'gate_cd',
    'trucker_info',
    'driverinfo',
    'slot_info',
  ],
  rows: [
    ...['PENDING', 'CONFIRMED'].map((state) => ({
      field: `reservation_status=${state}`,
      value: state,
      beside: { slot_info: slot },
      becomes: { appointment: { ...kept, number: null } },
    })),
    ...['CANCELED', 'COMPLETED'].map((state) => ({
      field: `reservation_status=${state}`,
      value: state,
      beside: { slot_info: slot },
      becomes: { appointment: null },
    })),
    {
      field: 'ticket_nbr',
      value: 'T1',
      beside: { reservation_status: 'CONFIRMED', slot_info: slot },
      becomes: { appointment: { number: 'T1' } },
    },
    {
      field: 'slot_info',
      value: slot,
      beside: { reservation_status: 'PENDING' },
      becomes: { appointment: kept },
    },
    { field: 'gate_cd', value: 'G1', unused: noPlace },
    { field: 'trucker_info', value: { scac: 'EXTR' }, unused: noPlace },
    { field: 'driverinfo', value: { name: 'x' }, unused: 'nobody needs to know who drives' },
  ],
  map: (appointment_info) =>
    mapUnit({ locations: [{ port_cd: 'OAK', locationinfo: { departureinfo: { appointment_info } } }] }),
});

const holdRow = (code: string, type: string): CoverageRow => {
  const [name, reason] = code.split('/');
  return {
    field: 'type',
    value: name,
    beside: { status: 'HOLD', ...(reason && { details: [{ holdreason_cd: reason }] }) },
    becomes: { holds: [{ type, providerCode: code }], unknownCodes: [] },
  };
};
const detail = {
  hold_dttm: at,
  holdreason_cd: 'PQ',
  holdreason_desc: 'Has a Customs Hold',
  release_dttm: null,
};
const detailed = (members: object) => ({ type: 'CUSTOMS', details: [{ ...detail, ...members }] });

describeCoverage('sprintpass_pro hold', {
  documented: ['type', 'status=RELEASED', 'status=HOLD', 'status_dttm', 'details'],
  rows: [
    ...Object.entries(holdTypesByCode).map(([code, type]) => holdRow(code, type)),
    { field: 'type', value: 'USDA', becomes: { holds: [{ type: 'usda' }] } },
    { field: 'status=RELEASED', value: 'RELEASED', beside: { type: 'CUSTOMS' }, becomes: { holds: [] } },
    {
      field: 'status=HOLD',
      value: 'HOLD',
      beside: { type: 'CUSTOMS' },
      becomes: { holds: [{ type: 'customs' }] },
    },
    { field: 'status_dttm', value: at, beside: { type: 'CUSTOMS' }, unused: 'a standing hold has no date' },
    {
      field: 'details',
      value: [
        { ...detail, release_dttm: at },
        { ...detail, holdreason_cd: 'XX', reportedby: 'FCLTA' },
      ],
      beside: detailed({}),
      becomes: {
        holds: [{ type: 'customs', description: 'Has a Customs Hold', providerCode: 'CUSTOMS/XX' }],
      },
    },
  ],
  map: (hold) => mapUnit({ holdinfo: [hold] }),
});

describeCoverage('sprintpass_pro fees and free time', {
  documented: ['fee_receipts', 'good_through_date', 'last_free_day'],
  rows: [
    {
      field: 'fee_receipts',
      value: [{ fee_cd: '4I', fee_desc: 'Demurrage', fee_amt: '385.00', fee_paid_dttm: at }],
      unused: 'a receipt is of what was paid; a result tells what is owed',
    },
    {
      field: 'good_through_date',
      value: '2026-06-09',
      unused: 'paid beyond the free days, which it does not change',
    },
    {
      field: 'last_free_day',
      value: '2026-06-08',
      becomes: { lastFreeDays: [{ source: 'terminal', date: '2026-06-08' }] },
    },
  ],
  map: ({ fee_receipts, ...lfdinfo }) => mapUnit({ fee_receipts, lfdinfo }),
});

const activityRows: Record<keyof typeof activities & string, Partial<CoverageRow>> = {
  CNMAN: { unused: 'a manifest names the box: where it is, is not said' },
  DISCH: become('discharged', { time, mode: 'vessel' }),
  LFDAY: { unused: '`lfdinfo` says the day' },
  PLAVI: { unused: 'the status says whether it still is' },
  APNMT: { unused: 'the appointment says when' },
  DPTRM: become('outgated', { time }),
  ARCUS: become('delivered', { time }),
  EMTOT: { unused: 'the empty is on its way, and nothing says where' },
  EMTRC: become('returned', { time }),
};

describeCoverage('sprintpass_pro activity', {
  documented: [
    ...['CNMAN', 'DISCH', 'LFDAY', 'PLAVI', 'APNMT', 'DPTRM', 'ARCUS', 'EMTOT', 'EMTRC'].map(
      (code) => `event_cd=${code}`,
    ),
    'seq_nbr',
    'event_desc',
    'event_dttm',
    'facility_cd',
  ],
  rows: [
    ...Object.entries(activityRows).map(
      // Each has one of the two outcomes of a row.
      ([code, outcome]) =>
        ({ field: `event_cd=${code}`, value: code, beside: { event_dttm: at }, ...outcome }) as CoverageRow,
    ),
    { field: 'event_cd=DISCH', value: 'DISCH', becomes: { milestones: [] } },
    { field: 'event_dttm', value: at, beside: { event_cd: 'DISCH' }, ...become('discharged', { time }) },
    { field: 'seq_nbr', value: 2, unused: 'the times say the order' },
    { field: 'event_desc', value: 'Discharged', unused: 'the code says it' },
    { field: 'facility_cd', value: 'FCLTA', unused: 'the active location says where' },
  ],
  map: (event) => mapUnit({ activity: [event] }),
});
