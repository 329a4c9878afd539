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
const notOurs = 'not about the box on its way';
const at = '2026-06-02T07:10:00-07:00';

const mapOne =
  (common: object, others: readonly object[] = []) =>
  (members: Readonly<Record<string, unknown>>) =>
    mapDcsaTnt({ events: [...others, { ...common, ...members }] }, context);

const call = {
  eventType: 'TRANSPORT',
  eventClassifierCode: 'ACT',
  eventDateTime: at,
  transportCall: { modeOfTransport: 'VESSEL', location: { UNLocationCode: 'USLAX' } },
};
const elsewhere = { transportCall: { modeOfTransport: 'VESSEL', location: { UNLocationCode: 'CNSHA' } } };
const byTrain = { transportCall: { modeOfTransport: 'RAIL', location: { UNLocationCode: 'USCHI' } } };
const arrival = { transportEventTypeCode: 'ARRI' };
const become = (code: string) => ({ milestones: [{ code }] });

describeCoverage('dcsa transport events', {
  documented: [
    'eventID',
    'eventType',
    'eventClassifierCode=ACT',
    'eventClassifierCode=EST',
    'eventClassifierCode=PLN',
    'eventDateTime',
    'eventCreatedDateTime',
    'transportEventTypeCode=ARRI',
    'transportEventTypeCode=DEPA',
    'eventTypeCode=ARRI',
    'transportCallID',
    'delayReasonCode',
    'changeRemark',
    'transportCall',
  ],
  rows: [
    { field: 'eventID', value: 'e1', beside: arrival, unused: 'events are told apart by it' },
    { field: 'eventType', value: 'TRANSPORT', beside: arrival, becomes: become('arrived') },
    { field: 'eventClassifierCode=ACT', value: 'ACT', beside: arrival, becomes: become('arrived') },
    { field: 'eventClassifierCode=EST', value: 'EST', beside: arrival, becomes: become('eta') },
    { field: 'eventClassifierCode=PLN', value: 'PLN', beside: arrival, becomes: become('eta') },
    { field: 'eventDateTime', value: at, beside: arrival, becomes: { milestones: [{ time: { at } }] } },
    {
      field: 'eventCreatedDateTime',
      value: '2026-06-02T14:11:00Z',
      beside: arrival,
      becomes: { providerUpdatedAt: '2026-06-02T14:11:00.000Z' },
    },
    { field: 'transportEventTypeCode=ARRI', value: 'ARRI', becomes: become('arrived') },
    { field: 'transportEventTypeCode=ARRI', value: 'ARRI', beside: elsewhere, becomes: { milestones: [] } },
    { field: 'transportEventTypeCode=ARRI', value: 'ARRI', beside: byTrain, becomes: become('rail-arrived') },
    {
      field: 'transportEventTypeCode=ARRI',
      value: 'ARRI',
      beside: { ...byTrain, eventClassifierCode: 'EST' },
      becomes: { milestones: [{ code: 'eta', mode: 'rail' }] },
    },
    { field: 'transportEventTypeCode=DEPA', value: 'DEPA', beside: elsewhere, becomes: become('departed') },
    {
      field: 'transportEventTypeCode=DEPA',
      value: 'DEPA',
      beside: { ...elsewhere, eventClassifierCode: 'EST' },
      becomes: become('etd'),
    },
    {
      field: 'transportEventTypeCode=DEPA',
      value: 'DEPA',
      beside: { ...elsewhere, eventClassifierCode: 'PLN' },
      becomes: become('etd'),
    },
    {
      field: 'transportEventTypeCode=DEPA',
      value: 'DEPA',
      beside: byTrain,
      becomes: become('rail-departed'),
    },
    { field: 'transportEventTypeCode=DEPA', value: 'DEPA', becomes: { milestones: [] } },
    { field: 'eventTypeCode=ARRI', value: 'ARRI', becomes: become('arrived') },
    { field: 'transportCallID', value: 'TC1', beside: arrival, unused: 'the place tells calls apart' },
    { field: 'delayReasonCode', value: 'WEA', beside: arrival, unused: noPlace },
    { field: 'changeRemark', value: 'late', beside: arrival, unused: noPlace },
    {
      field: 'transportCall',
      value: elsewhere.transportCall,
      beside: { ...arrival, eventClassifierCode: 'ACT' },
      becomes: { milestones: [] },
    },
  ],
  map: mapOne(call),
});

const members = (value: object) => ({ modeOfTransport: 'VESSEL', UNLocationCode: 'USLAX', ...value });

describeCoverage('dcsa transport calls', {
  documented: [
    'carrierServiceCode',
    'exportVoyageNumber',
    'importVoyageNumber',
    'carrierVoyageNumber',
    'transportCallSequenceNumber',
    'modeOfTransport=VESSEL',
    'modeOfTransport=RAIL',
    'modeOfTransport=TRUCK',
    'modeOfTransport=BARGE',
    'facilityTypeCode=POTE',
    'facilityTypeCode=RAMP',
    ...'BOCR CLOC COFS COYA OFFD DEPO INTE'.split(' ').map((code) => `facilityTypeCode=${code}`),
    'UNLocationCode',
    'facilityCode',
    'facilityCodeListProvider',
    'location',
    'vessel',
  ],
  rows: [
    { field: 'carrierServiceCode', value: 'TP8', unused: noPlace },
    {
      field: 'exportVoyageNumber',
      value: '011E',
      beside: { vessel: { vesselName: 'A' } },
      becomes: { carrier: { voyage: '011E' } },
    },
    {
      field: 'importVoyageNumber',
      value: '012W',
      beside: { vessel: { vesselName: 'A' }, exportVoyageNumber: '011E', carrierVoyageNumber: '010X' },
      becomes: { carrier: { voyage: '012W' } },
    },
    {
      field: 'carrierVoyageNumber',
      value: '010X',
      beside: { vessel: { vesselName: 'A' } },
      becomes: { carrier: { voyage: '010X' } },
    },
    { field: 'transportCallSequenceNumber', value: 2, unused: 'the times tell the order' },
    { field: 'modeOfTransport=VESSEL', value: 'VESSEL', becomes: become('arrived') },
    { field: 'modeOfTransport=RAIL', value: 'RAIL', becomes: become('rail-arrived') },
    { field: 'modeOfTransport=TRUCK', value: 'TRUCK', becomes: { milestones: [], unknownCodes: [] } },
    { field: 'modeOfTransport=BARGE', value: 'BARGE', becomes: { milestones: [], unknownCodes: [] } },
    {
      field: 'facilityTypeCode=POTE',
      value: 'POTE',
      beside: { modeOfTransport: null },
      becomes: become('arrived'),
    },
    {
      field: 'facilityTypeCode=RAMP',
      value: 'RAMP',
      beside: { modeOfTransport: null },
      becomes: become('rail-arrived'),
    },
    ...'BOCR CLOC COFS COYA OFFD DEPO INTE'
      .split(' ')
      .map((value): CoverageRow => ({ field: `facilityTypeCode=${value}`, value, unused: notOurs })),
    { field: 'UNLocationCode', value: 'USLAX', becomes: become('arrived') },
    { field: 'facilityCode', value: 'APM', unused: noPlace },
    { field: 'facilityCodeListProvider', value: 'SMDG', unused: noPlace },
    {
      field: 'location',
      value: { UNLocationCode: 'USLAX', locationName: 'Pier 400' },
      becomes: {
        milestones: [{ location: { type: 'terminal', siteId: 'urn:dcsa-tnt:uslax', name: 'Pier 400' } }],
      },
    },
    {
      field: 'vessel',
      value: { vesselName: 'EXAMPLE TRADER', vesselIMONumber: 9_000_003 },
      becomes: { carrier: { type: 'vessel', vessel: 'EXAMPLE TRADER' } },
    },
  ],
  map: (call) =>
    mapOne({ eventType: 'TRANSPORT', eventClassifierCode: 'ACT', eventDateTime: at, ...arrival })({
      transportCall: members(call),
    }),
});
