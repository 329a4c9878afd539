import { type CoverageRow, describeCoverage } from '../conformance/coverage.ts';
import { observedAt } from '../conformance/index.ts';
import { mapTrapac } from './map.ts';

const context = {
  service: 'availability',
  number: 'XTRU1000018',
  siteId: 'LAX',
  zone: 'America/Los_Angeles',
  observedAt,
} as const;
const left = { yardDescription: 'Delivered 06/16/2026 01:40' };
const became = (...holds: object[]) => ({ becomes: { holds } });
const grounded = { milestones: [{ code: 'grounded', time: null }] };

describeCoverage('trapac availabilities', {
  documented: [
    'availabilityType',
    'number',
    'line',
    ...['holdsLine', 'holdsCustoms', 'holdsUSDA'].flatMap((field) => [`${field}=Released`, `${field}=HELD`]),
    'terminalHold=VESSEL WORKING AREA',
    'terminalHold=PIERPASS TMF HOLD',
    'hold=NO',
    'hold=N/A',
    'lfd',
    'amount',
    'demurrageStatus',
    'demurrageSchedule',
    'yardDescription=In Yard',
    'yardDescription=Delivered',
    'yardStatus=Grounded',
    'yardStatus=',
    'size',
    'height',
    'cargoType',
    'vessel',
    'voyage',
    'errorCode',
    'errorDescription',
  ],
  rows: [
    { field: 'availabilityType', value: 'Container', unused: 'only containers are asked for' },
    { field: 'number', value: 'XTRU1000018', becomes: { found: true } },
    { field: 'line', value: 'TF', becomes: { carrier: { type: 'vessel', steamshipLine: 'TF' } } },
    ...flag('holdsLine', 'line'),
    ...flag('holdsCustoms', 'customs'),
    ...flag('holdsUSDA', 'usda'),
    ...['VESSEL WORKING AREA', 'PIERPASS TMF HOLD'].flatMap((text): CoverageRow[] => [
      { field: `terminalHold=${text}`, value: [text], ...became({ type: 'terminal', description: text }) },
      { field: `terminalHold=${text}`, value: text, ...became({ type: 'terminal', description: text }) },
      { field: `terminalHold=${text}`, value: [text], beside: left, becomes: { holds: [] } },
    ]),
    {
      field: 'terminalHold=PIERPASS TMF HOLD',
      value: ['PIERPASS TMF HOLD', 'PIERPASS TMF HOLD ', ''],
      beside: { holdsLine: 'HELD' },
      ...became({ type: 'line' }, { type: 'terminal' }),
    },
    { field: 'terminalHold=PIERPASS TMF HOLD', value: [], becomes: { holds: [] } },
    { field: 'terminalHold=PIERPASS TMF HOLD', value: null, becomes: { holds: null } },
    { field: 'hold=NO', value: 'NO', unused: 'a summary of the members beside it' },
    { field: 'hold=N/A', value: 'N/A', beside: { holdsLine: 'HELD' }, unused: 'it stood beside holds' },
    {
      field: 'lfd',
      value: '06/09/2026',
      becomes: { lastFreeDays: [{ source: 'terminal', date: '2026-06-09' }] },
    },
    { field: 'lfd', value: 'N/A', becomes: { lastFreeDays: [], unknownCodes: [] } },
    {
      field: 'amount',
      value: 385.5,
      becomes: { fees: [{ type: 'demurrage', amount: '385.50', currency: 'USD', paidThrough: null }] },
    },
    { field: 'amount', value: 0, becomes: { fees: [] } },
    { field: 'demurrageStatus', value: 'No demurrage', unused: 'words for people; the amount says it' },
    { field: 'demurrageSchedule', value: null, unused: 'its form is not known' },
    {
      field: 'yardDescription=In Yard',
      value: 'In Yard (#B011 row) Grounded',
      becomes: { ...grounded, lot: 'B011 row' },
    },
    { field: 'yardDescription=In Yard', value: 'In Yard', becomes: { ...grounded, lot: null } },
    {
      field: 'yardDescription=Delivered',
      value: 'Delivered 03/16/2022 01:40',
      becomes: { milestones: [{ code: 'outgated', time: { at: '2022-03-16T01:40:00-07:00' } }], lot: null },
    },
    {
      field: 'yardDescription=Delivered',
      value: 'Delivered 3/6/2022 1:40 PM',
      becomes: { milestones: [{ code: 'outgated', time: { at: '2022-03-06T13:40:00-08:00' } }] },
    },
    {
      field: 'yardDescription=Delivered',
      value: 'Delivered',
      beside: { yardStatus: 'Grounded' },
      becomes: { milestones: [{ code: 'outgated', time: null }] },
    },
    { field: 'yardStatus=Grounded', value: 'Grounded', becomes: grounded },
    { field: 'yardStatus=', value: '', unused: 'it says nothing' },
    { field: 'size', value: 40, becomes: { length: '40', description: '40' } },
    { field: 'height', value: 96, beside: { size: 40 }, becomes: { description: '40/96' } },
    { field: 'cargoType', value: 'SD', beside: { size: 40 }, becomes: { description: '40/SD' } },
    { field: 'vessel', value: 'ZFJ', becomes: { carrier: { vessel: 'ZFJ' } } },
    { field: 'voyage', value: '003E', becomes: { carrier: { voyage: '003E' } } },
    { field: 'errorCode', value: 0, unused: 'the client leaves rows with another code out' },
    { field: 'errorDescription', value: null, unused: 'its text is never read' },
  ],
  map: (members) => mapTrapac({ terminal: 'LAX', rows: [{ number: 'XTRU1000018', ...members }] }, context),
});

function flag(field: string, type: string): CoverageRow[] {
  return [
    { field: `${field}=Released`, value: 'Released', becomes: { holds: [] } },
    { field: `${field}=HELD`, value: 'HELD', ...became({ type, providerCode: field }) },
    { field: `${field}=HELD`, value: 'HELD', beside: left, becomes: { holds: [] } },
  ];
}
