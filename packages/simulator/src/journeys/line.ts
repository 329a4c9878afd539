import type { Script, Step } from '../journey/script.ts';
import { afterUnknown } from '../journey/script.ts';

// From the arrival on, in step with the terminal's `import`: a box asked of both tells one story.
const underway: readonly Step[] = [
  {
    id: 'booked',
    at: 0,
    status: 'booked',
    marks: ['booked', 'empty_out'],
    estimate: { of: 'departed', offBy: 0, planned: true },
  },
  { id: 'gated_in', at: 20, status: 'booked', marks: ['gated_in'] },
  {
    id: 'loaded',
    at: 40,
    status: 'on_vessel',
    marks: ['loaded'],
    estimate: { of: 'arrived', offBy: 60, planned: true },
  },
  {
    id: 'departed',
    at: 80,
    status: 'on_vessel',
    marks: ['departed'],
    estimate: { of: 'arrived', offBy: 60 },
  },
];

const changes: readonly Step[] = [
  { id: 'eta_later', at: 150, status: 'on_vessel', estimate: { of: 'arrived', offBy: 180 } },
  { id: 'eta_earlier', at: 220, status: 'on_vessel', estimate: { of: 'arrived', offBy: 0 } },
];

const ashore: readonly Step[] = [
  { id: 'arrived', at: 300, status: 'vessel_arrived', marks: ['arrived'] },
  { id: 'discharged', at: 420, status: 'discharged', marks: ['discharged'] },
];

const held: readonly Step[] = [
  {
    id: 'hold',
    at: 540,
    status: 'on_hold',
    change: { holds: [{ kind: 'customs', text: 'Customs inspection' }] },
  },
  { id: 'released', at: 760, status: 'discharged', change: { holds: [] } },
];

const home: readonly Step[] = [
  { id: 'outgated', at: 1300, status: 'outgated', marks: ['outgated'] },
  { id: 'empty_returned', at: 1440, status: 'empty_returned', marks: ['empty_returned'] },
];

const ocean: readonly Step[] = [...underway, ...changes, ...ashore, ...home];

const line = { kinds: ['line'], end: 'empty_returned' } as const;

export const lineScripts: readonly Script[] = [
  {
    ...line,
    name: 'ocean',
    summary: 'loaded, departed, an estimate that changes twice, arrived, discharged, out full, back empty',
    steps: ocean,
  },
  {
    ...line,
    name: 'ocean_hold',
    summary: 'as ocean, with a customs hold and its release after the discharge',
    steps: [...underway, ...changes, ...ashore, ...held, ...home],
  },
  {
    ...line,
    name: 'ocean_transshipment',
    summary: 'as ocean, by way of another port where the box arrives and leaves again',
    steps: [
      ...underway,
      { id: 'transshipped', at: 160, status: 'on_vessel', marks: ['transshipment_arrived'] },
      {
        id: 'second_departure',
        at: 230,
        status: 'on_vessel',
        marks: ['transshipment_departed'],
        estimate: { of: 'arrived', offBy: 0 },
      },
      ...ashore,
      ...home,
    ],
  },
  {
    ...line,
    name: 'ocean_not_found_yet',
    summary: 'unknown for three simulated hours, then as ocean',
    steps: afterUnknown(180, ocean),
  },
];
