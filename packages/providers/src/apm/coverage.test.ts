import { type CoverageRow, describeCoverage } from '../conformance/coverage.ts';
import { observedAt } from '../conformance/index.ts';
import { mapApm } from './map.ts';

const context = {
  service: 'availability',
  number: 'XTRU1000018',
  siteId: 'USLAX',
  zone: 'America/Los_Angeles',
  observedAt,
} as const;

const noPlace = 'a result has no place for it';

describeCoverage('apm import availability', {
  documented: [
    'containerId',
    'billOfLading',
    'readyForDelivery',
    'containerState',
    'dischargeDateTimeLocal',
    'yardLocation',
    'containerHolds',
    'storagePaidThroughDate',
    'demurrageOwed',
    'sizeTypeHeight',
    'containerIsoCode',
    'containerGrossWeightKilos',
    'containerGrossWeightPounds',
    'hazardous',
    'facilityOutDateTimeLocal',
    'vesselName',
    'vesselEtaDateTimeLocal',
    'shippingLine',
    'appointment',
    'appointmentDateTimeLocal',
  ],
  rows: [
    { field: 'containerId', value: 'XTRU1000018', becomes: { found: true } },
    { field: 'billOfLading', value: 'SYNT0001', becomes: { billOfLading: 'SYNT0001' } },
    { field: 'readyForDelivery', value: 'Yes', becomes: { available: true } },
    { field: 'readyForDelivery', value: 'No', becomes: { available: false } },
    { field: 'readyForDelivery', value: 'true', becomes: { available: true } },
    { field: 'readyForDelivery', value: 'N', becomes: { available: false } },
    {
      field: 'containerState',
      value: 'On Vessel',
      becomes: { milestones: [{ code: 'loaded', time: null }] },
    },
    { field: 'containerState', value: 'Vessel Arrived', becomes: { milestones: [{ code: 'arrived' }] } },
    { field: 'containerState', value: 'In Yard', becomes: { milestones: [{ code: 'grounded' }] } },
    { field: 'containerState', value: 'Departed', unused: 'it may be the vessel or the box' },
    {
      field: 'dischargeDateTimeLocal',
      value: '2026-03-02T04:15:00-08:00',
      becomes: { milestones: [{ code: 'discharged', time: { at: '2026-03-02T04:15:00-08:00' } }] },
    },
    {
      field: 'yardLocation',
      value: 'A-12-03',
      beside: { dischargeDateTimeLocal: '2026-03-02T04:15:00-08:00' },
      becomes: { milestones: [{ code: 'discharged' }, { code: 'grounded' }], lot: 'A-12-03' },
    },
    { field: 'yardLocation', value: 'A-12-03', unused: 'a place is planned before the discharge' },
    ...hold('CUSTOMS HOLD', 'customs'),
    ...hold('CBP Exam', 'customs'),
    ...hold('USDA HOLD', 'usda'),
    ...hold('Freight Hold', 'freight'),
    ...hold('LINE HOLD', 'line'),
    ...hold('TMF Hold', 'terminal'),
    ...hold('Damage', 'terminal'),
    ...hold('Something new', 'other'),
    ...hold('Customs not released', 'customs'),
    ...['', 'None', 'NO HOLDS', 'N/A', 'Customs: RELEASED', null].map(
      (value): CoverageRow => ({ field: 'containerHolds', value, becomes: { holds: [] } }),
    ),
    {
      field: 'containerHolds',
      value: 'CUSTOMS HOLD; USDA HOLD',
      becomes: { holds: [{ type: 'customs' }, { type: 'usda' }] },
    },
    {
      field: 'storagePaidThroughDate',
      value: '2026-03-08',
      becomes: { lastFreeDays: [{ source: 'terminal', date: '2026-03-08' }] },
    },
    {
      field: 'demurrageOwed',
      value: '$1,385.5',
      becomes: { fees: [{ type: 'demurrage', amount: '1385.50', currency: 'USD', paidThrough: null }] },
    },
    { field: 'demurrageOwed', value: '0.00', becomes: { fees: [] } },
    { field: 'sizeTypeHeight', value: '40/GP/96', becomes: { length: '40', description: '40/GP/96' } },
    { field: 'containerIsoCode', value: '45G1', becomes: { isoType: '45G1' } },
    { field: 'containerGrossWeightKilos', value: 18_250, unused: noPlace },
    { field: 'containerGrossWeightPounds', value: 40_234, unused: noPlace },
    { field: 'hazardous', value: 'true', unused: noPlace },
    {
      field: 'facilityOutDateTimeLocal',
      value: '2026-03-09T13:05:00-07:00',
      becomes: { milestones: [{ code: 'outgated', time: { at: '2026-03-09T13:05:00-07:00' } }] },
    },
    { field: 'vesselName', value: 'EXAMPLE TRADER', becomes: { carrier: { vessel: 'EXAMPLE TRADER' } } },
    {
      field: 'vesselEtaDateTimeLocal',
      value: '2026-03-01T22:00:00-08:00',
      becomes: { milestones: [{ code: 'eta', time: { at: '2026-03-01T22:00:00-08:00' }, mode: 'vessel' }] },
    },
    {
      field: 'vesselEtaDateTimeLocal',
      value: '2026-03-01T22:00:00-08:00',
      beside: { dischargeDateTimeLocal: '2026-03-02T04:15:00-08:00' },
      unused: 'the vessel is there',
    },
    { field: 'shippingLine', value: 'MAE', becomes: { carrier: { type: 'vessel', steamshipLine: 'MAE' } } },
    {
      field: 'appointment',
      value: '4400123',
      beside: { appointmentDateTimeLocal: '2026-03-09T13:00:00-07:00' },
      becomes: { appointment: { number: '4400123' } },
    },
    { field: 'appointment', value: '4400123', unused: 'an appointment without a time cannot be told' },
    {
      field: 'appointmentDateTimeLocal',
      value: '2026-03-09T13:00:00-07:00',
      becomes: { appointment: { start: { at: '2026-03-09T13:00:00-07:00' }, end: null, number: null } },
    },
    { field: 'appointmentDateTimeLocal', value: '', becomes: { appointment: null } },
  ],
  map: (members) =>
    mapApm(
      { facilityCode: 'USLAX', availability: [{ containerId: 'XTRU1000018', ...members }], emptyReturns: [] },
      context,
    ),
});

describeCoverage('apm empty container returns', {
  documented: [
    'containerId',
    'shippingLine',
    'containerIsoCode',
    'sizeTypeHeight',
    'isContainerReturned',
    'gateInDateTimeLocal',
  ],
  rows: [
    { field: 'containerId', value: 'XTRU1000018', becomes: { found: true } },
    { field: 'shippingLine', value: 'MAE', becomes: { carrier: { steamshipLine: 'MAE' } } },
    { field: 'containerIsoCode', value: '22G1', becomes: { isoType: '22G1' } },
    { field: 'sizeTypeHeight', value: '20/GP/86', becomes: { length: '20' } },
    {
      field: 'isContainerReturned',
      value: 'true',
      becomes: {
        milestones: [
          { code: 'returned', time: null },
          { code: 'completed', time: null },
        ],
      },
    },
    { field: 'isContainerReturned', value: 'false', unused: 'nothing has happened yet' },
    {
      field: 'gateInDateTimeLocal',
      value: '2026-03-11T09:30:00-07:00',
      beside: { isContainerReturned: 'true' },
      becomes: { milestones: [{ code: 'returned', time: { at: '2026-03-11T09:30:00-07:00' } }, {}] },
    },
    {
      field: 'gateInDateTimeLocal',
      value: '2026-03-11T09:30:00-07:00',
      unused: 'a full box came in',
    },
  ],
  map: (members) =>
    mapApm(
      { facilityCode: 'USLAX', availability: [], emptyReturns: [{ containerId: 'XTRU1000018', ...members }] },
      { ...context, service: 'empty' },
    ),
});

function hold(text: string, type: string): CoverageRow[] {
  const holds = [{ type, description: text, providerCode: text }];
  return [{ field: 'containerHolds', value: text, becomes: { holds } }];
}
