import { type CoverageRow, describeCoverage } from '../conformance/coverage.ts';
import { observedAt } from '../conformance/index.ts';
import { mapDcsaTnt } from './map.ts';

const context = {
  service: 'availability',
  number: 'XTRU1000018',
  siteId: 'USLAX',
  zone: null,
  observedAt,
} as const;
const noPlace = 'a result has no place for it';
const at = '2026-06-02T07:10:00-07:00';

const mapOne =
  (common: object, others: readonly object[] = []) =>
  (members: Readonly<Record<string, unknown>>) =>
    mapDcsaTnt({ events: [...others, { ...common, ...members }] }, context);

const elsewhere = { transportCall: { modeOfTransport: 'VESSEL', location: { UNLocationCode: 'CNSHA' } } };
const byTrain = { transportCall: { modeOfTransport: 'RAIL', location: { UNLocationCode: 'USCHI' } } };
const move = {
  eventType: 'EQUIPMENT',
  eventClassifierCode: 'ACT',
  eventDateTime: at,
  equipmentReference: 'XTRU1000018',
  transportCall: { modeOfTransport: 'TRUCK', location: { UNLocationCode: 'USLAX' } },
};
const loading = {
  ...move,
  equipmentEventTypeCode: 'LOAD',
  eventDateTime: '2026-05-12T08:00:00+08:00',
  ...elsewhere,
};
const laden = { emptyIndicatorCode: 'LADEN' };
const empty = { emptyIndicatorCode: 'EMPTY' };
const out = { equipmentEventTypeCode: 'GTOT' };
const atOrigin = { ...elsewhere, eventDateTime: '2026-05-10T08:00:00+08:00' };
const after = (code: string) => ({ milestones: [{ code: 'loaded' }, { code }] });
const before = (code: string) => ({ milestones: [{ code }, { code: 'loaded' }] });
const byVessel = { transportCall: { modeOfTransport: 'VESSEL', location: { UNLocationCode: 'USLAX' } } };
const quiet = ['STUF', 'STRP', 'PICK', 'INSP', 'RSEA', 'RMVD'];

describeCoverage('dcsa equipment events', {
  documented: [
    ...['LOAD', 'DISC', 'GTIN', 'GTOT', 'DROP', ...quiet].map((code) => `equipmentEventTypeCode=${code}`),
    'eventTypeCode=GTOT',
    'equipmentReference',
    'ISOEquipmentCode',
    'emptyIndicatorCode=EMPTY',
    'emptyIndicatorCode=LADEN',
    'eventLocation',
    'facilityTypeCode',
    'documentReferences',
    'references',
    'seals',
  ],
  rows: [
    {
      field: 'equipmentEventTypeCode=LOAD',
      value: 'LOAD',
      beside: { transportCall: { modeOfTransport: 'VESSEL', UNLocationCode: 'CNNGB' } },
      becomes: after('loaded'),
    },
    { field: 'equipmentEventTypeCode=LOAD', value: 'LOAD', beside: byTrain, becomes: after('rail-loaded') },
    { field: 'equipmentEventTypeCode=DISC', value: 'DISC', beside: byVessel, becomes: after('discharged') },
    { field: 'equipmentEventTypeCode=DISC', value: 'DISC', beside: byTrain, becomes: after('rail-unloaded') },
    {
      field: 'equipmentEventTypeCode=DISC',
      value: 'DISC',
      beside: elsewhere,
      becomes: { milestones: [{ code: 'loaded' }] },
    },
    { field: 'equipmentEventTypeCode=GTOT', value: 'GTOT', beside: laden, becomes: after('outgated') },
    {
      field: 'equipmentEventTypeCode=GTOT',
      value: 'GTOT',
      beside: { ...empty, ...atOrigin },
      becomes: before('empty-out'),
    },
    {
      field: 'equipmentEventTypeCode=GTIN',
      value: 'GTIN',
      beside: { ...laden, ...atOrigin },
      becomes: before('ingated'),
    },
    { field: 'equipmentEventTypeCode=GTIN', value: 'GTIN', beside: empty, becomes: after('returned') },
    {
      field: 'equipmentEventTypeCode=GTIN',
      value: 'GTIN',
      beside: laden,
      becomes: { milestones: [{ code: 'loaded' }] },
    },
    {
      field: 'equipmentEventTypeCode=DROP',
      value: 'DROP',
      beside: { ...empty, facilityTypeCode: 'DEPO' },
      becomes: after('returned'),
    },
    {
      field: 'equipmentEventTypeCode=DROP',
      value: 'DROP',
      beside: laden,
      becomes: { milestones: [{ code: 'loaded' }] },
    },
    ...quiet.map(
      (value): CoverageRow => ({
        field: `equipmentEventTypeCode=${value}`,
        value,
        becomes: { milestones: [{ code: 'loaded' }], unknownCodes: [] },
      }),
    ),
    { field: 'eventTypeCode=GTOT', value: 'GTOT', beside: laden, becomes: after('outgated') },
    {
      field: 'equipmentReference',
      value: 'XTRU1000023',
      beside: { ...out, ...laden },
      becomes: { milestones: [{ code: 'loaded' }] },
    },
    {
      field: 'ISOEquipmentCode',
      value: '45G1',
      beside: out,
      becomes: { isoType: '45G1', length: '40', description: '45G1' },
    },
    { field: 'emptyIndicatorCode=EMPTY', value: 'EMPTY', beside: out, becomes: { loaded: 'empty' } },
    { field: 'emptyIndicatorCode=LADEN', value: 'LADEN', beside: out, becomes: { loaded: 'laden' } },
    {
      field: 'eventLocation',
      value: { UNLocationCode: 'CNSHA' },
      beside: { ...out, ...empty, eventDateTime: '2026-05-10T08:00:00+08:00' },
      becomes: before('empty-out'),
    },
    {
      field: 'facilityTypeCode',
      value: 'RAMP',
      beside: { equipmentEventTypeCode: 'DISC', transportCall: { location: { UNLocationCode: 'USCHI' } } },
      becomes: after('rail-unloaded'),
    },
    {
      field: 'documentReferences',
      value: [
        { documentReferenceType: 'BKG', documentReferenceValue: 'BK1' },
        { documentReferenceType: 'TRD', documentReferenceValue: 'SYNT0020' },
      ],
      beside: out,
      becomes: { billOfLading: 'SYNT0020' },
    },
    {
      field: 'references',
      value: [{ referenceType: 'PO', referenceValue: '1' }],
      beside: out,
      unused: 'the client drops events that name another box by it',
    },
    { field: 'seals', value: [{ sealNumber: 'S1' }], beside: out, unused: noPlace },
  ],
  map: mapOne(move, [loading]),
});
