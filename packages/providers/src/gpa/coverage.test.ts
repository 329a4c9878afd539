import { type CoverageRow, describeCoverage } from '../conformance/coverage.ts';
import { observedAt } from '../conformance/index.ts';
import { mapGpa } from './map.ts';

const number = 'XTRU1000018';
const context = { service: 'availability', number, siteId: 'GCT', zone: null, observedAt } as const;
const at = '2026-06-04 03:00';
const time = { at: '2026-06-04T03:00:00-04:00' };
const become = (code: string, more: object = {}) => ({ becomes: { milestones: [{ code, ...more }] } });
const nowhere = 'where the box is then, is not said';

const rows: CoverageRow[] = [
  { field: 'Unit Nbr', value: number, becomes: { found: true } },
  { field: 'Unit Nbr', value: 'XTRU1000023', becomes: { found: false } },
  { field: 'Type ISO', value: '45G1', becomes: { isoType: '45G1', length: '40', description: '45G1' } },
  { field: 'Line Op', value: 'EXL', becomes: { carrier: { type: 'vessel', steamshipLine: 'EXL' } } },
  { field: 'Category=IMPRT', value: 'IMPRT', becomes: { found: true } },
  { field: 'Category=EXPRT', value: 'EXPRT', becomes: { found: false, unknownCodes: [] } },
  { field: 'Frght Kind=FCL', value: 'FCL', becomes: { loaded: 'laden' } },
  { field: 'Frght Kind=MTY', value: 'MTY', becomes: { loaded: 'empty' } },
  ...['Advised', 'Inbound', 'EC/In', 'EC/Out', 'Loaded', 'Retired'].map((state) => ({
    field: `T-State=${state}`,
    value: state,
    unused: nowhere,
  })),
  { field: 'T-State=Yard', value: 'Yard', ...become('grounded', { time: null }) },
  { field: 'T-State=Departed', value: 'Departed', ...become('outgated', { time: null }) },
  {
    field: 'Position',
    value: 'Y-OT-12A',
    beside: { 'T-State': 'Yard' },
    becomes: { lot: '12A', destination: { siteId: 'urn:gpa:ot' } },
  },
  {
    field: 'Position',
    value: 'R-GCT-1',
    beside: { 'Time Out': at },
    ...become('rail-departed', { time, mode: 'rail' }),
  },
  { field: 'Position', value: 'V-GCT-1', beside: { 'Time Out': at }, becomes: { milestones: [] } },
  { field: 'Time In', value: at, ...become('grounded', { time }) },
  { field: 'Time Out', value: at, ...become('outgated', { time }) },
  {
    field: 'Last Free Day',
    value: '2026-06-10',
    becomes: { lastFreeDays: [{ source: 'terminal', date: '2026-06-10' }] },
  },
  { field: 'Holds', value: 'CUSTOMS;USDA', becomes: { holds: [{ type: 'customs' }, { type: 'usda' }] } },
  { field: 'Holds', value: '', becomes: { holds: [] } },
  { field: 'Vessel', value: 'EXAMPLE TRADER', becomes: { carrier: { vessel: 'EXAMPLE TRADER' } } },
  { field: 'Voyage', value: '012W', becomes: { carrier: { voyage: '012W' } } },
  { field: 'BL Nbr', value: 'SYNT0014', becomes: { billOfLading: 'SYNT0014' } },
];

// The columns of the proposal (section 14): the vendor publishes none.
describeCoverage('gpa', {
  documented: [
    'Unit Nbr',
    'Type ISO',
    'Line Op',
    'Category=IMPRT',
    'Category=EXPRT',
    'Frght Kind=FCL',
    'Frght Kind=MTY',
    ...['Advised', 'Inbound', 'EC/In', 'Yard', 'EC/Out', 'Loaded', 'Departed', 'Retired'].map(
      (state) => `T-State=${state}`,
    ),
    'Position',
    'Time In',
    'Time Out',
    'Last Free Day',
    'Holds',
    'Vessel',
    'Voyage',
    'BL Nbr',
  ],
  rows,
  map: (cells) => mapGpa({ 'Unit Nbr': number, ...cells }, context),
});
