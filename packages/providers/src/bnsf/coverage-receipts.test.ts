import { describeCoverage } from '../conformance/coverage.ts';
import { observedAt } from '../conformance/index.ts';
import { mapBnsf } from './map.ts';

const context = {
  service: 'availability',
  number: 'XTRU1000023',
  siteId: '',
  zone: null,
  observedAt,
} as const;
const noPlace = 'a result has no place for it';

const out = { eventDate: '2026-04-10', gateEditMessage: 'OUTGATE AT ALLIANCE   ' };

describeCoverage('bnsf gate receipts', {
  documented: [
    'eventCode',
    'eventDate',
    'eventTime',
    'unitStatusCode',
    'lastFreeDayDate',
    'estimatedDerampDate',
    'estimatedDerampTime',
    'attachedUnit',
    'gateEditCode',
    'gateEditMessage',
    'stopOrderDescription',
    'lockedEstimatedNotificationDate(1)',
    'station333',
    'stationStateCode',
    'truckCarrierScac',
    'releaseNumber',
    'vesselName',
    'voyageBookingNumber',
    'flightVoyageNumber',
    'unitLocation (1)',
    'parkingAssignment',
    'badOrderIndicator',
    'hazmatIndicator',
  ],
  rows: [
    {
      field: 'eventCode',
      value: 'OGT',
      beside: { eventDate: '2026-04-10' },
      becomes: { milestones: [{ code: 'outgated' }] },
    },
    { field: 'eventCode', value: 'TA', beside: out, unused: 'the vendor’s sample code says no direction' },
    { field: 'eventDate', value: '2026-04-10', beside: { ...out, eventDate: '' }, becomes: { found: true } },
    {
      field: 'eventTime',
      value: '13:20:00',
      beside: { ...out, station333: 'ALLIANCE', stationStateCode: 'TX' },
      becomes: { milestones: [{ code: 'outgated', time: { at: '2026-04-10T13:20:00-05:00' } }] },
    },
    { field: 'unitStatusCode', value: 'In Inv on Ground', beside: out, becomes: { found: false } },
    { field: 'unitStatusCode', value: 'Not in Inv', beside: out, unused: 'the inventory itself says so' },
    {
      field: 'lastFreeDayDate',
      value: '2026-04-11',
      beside: out,
      becomes: { lastFreeDays: [{ source: 'rail' }] },
    },
    { field: 'estimatedDerampDate', value: '2026-04-09', beside: out, unused: 'the box is gone' },
    { field: 'estimatedDerampTime', value: '9:00', beside: out, unused: 'the box is gone' },
    {
      field: 'attachedUnit',
      value: { unitInitial: 'XTRZ' },
      beside: out,
      unused: 'other units are never told',
    },
    { field: 'gateEditCode', value: 'A', beside: out, unused: 'it says that there is a message' },
    {
      field: 'gateEditMessage',
      value: 'OUTGATE AT ALLIANCE   ',
      beside: out,
      becomes: { milestones: [{ code: 'outgated' }] },
    },
    {
      field: 'gateEditMessage',
      value: 'INGATE AT CHICAGO CORWITH   ',
      beside: out,
      becomes: { found: false },
    },
    { field: 'stopOrderDescription', value: 'Do not stop at gate', beside: out, unused: 'the box is gone' },
    {
      field: 'lockedEstimatedNotificationDate(1)',
      value: '04/09/2026',
      beside: out,
      unused: 'the box is gone',
    },
    {
      field: 'station333',
      value: 'ALLIANCE',
      beside: { ...out, stationStateCode: 'TX' },
      becomes: { milestones: [{ location: { siteId: 'urn:bnsf:alliance' } }] },
    },
    {
      field: 'stationStateCode',
      value: 'TX',
      beside: { ...out, station333: 'ALLIANCE' },
      becomes: { milestones: [{ location: { name: 'ALLIANCE, TX' } }] },
    },
    { field: 'truckCarrierScac', value: 'XDRY', beside: out, unused: noPlace },
    { field: 'releaseNumber', value: 'L12345', beside: out, unused: 'a secret of the gate' },
    {
      field: 'vesselName',
      value: 'EXAMPLE TRADER',
      beside: out,
      unused: 'an export voyage, not the one it came by',
    },
    { field: 'voyageBookingNumber', value: '123456', beside: out, unused: noPlace },
    {
      field: 'flightVoyageNumber',
      value: '012W',
      beside: out,
      unused: 'an export voyage, not the one it came by',
    },
    { field: 'unitLocation (1)', value: { lotLocation: 'A' }, beside: out, unused: 'the box is gone' },
    { field: 'parkingAssignment', value: { lotLocation: 'A' }, beside: out, unused: 'the box is gone' },
    { field: 'badOrderIndicator', value: true, beside: out, unused: 'the box is gone' },
    { field: 'hazmatIndicator', value: true, beside: out, unused: noPlace },
  ],
  map: (members) => mapBnsf({ unit: null, receipts: [members] }, context),
});
