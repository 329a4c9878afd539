import type { Hold, Script, Step } from '../journey/script.ts';
import { afterUnknown } from '../journey/script.ts';

const customs: Hold = { kind: 'customs', text: 'CUSTOMS HOLD' };
const usda: Hold = { kind: 'usda', text: 'USDA HOLD' };

const toTheYard: readonly Step[] = [
  {
    id: 'on_vessel',
    at: 0,
    status: 'on_vessel',
    marks: ['announced'],
    estimate: { of: 'arrived', offBy: 0 },
  },
  { id: 'vessel_arrived', at: 300, status: 'vessel_arrived', marks: ['arrived'] },
  { id: 'discharged', at: 420, status: 'discharged', marks: ['discharged'], change: { inYard: true } },
];

const appointed: Step = {
  id: 'appointment_set',
  at: 1080,
  status: 'appointment_set',
  marks: ['appointment_made'],
  change: { appointmentLead: 30 },
};

const outAndBack: readonly Step[] = [
  appointed,
  {
    id: 'outgated',
    at: 1300,
    status: 'outgated',
    marks: ['outgated'],
    change: { inYard: false, available: false, appointmentLead: null },
  },
  { id: 'empty_returned', at: 1440, status: 'empty_returned', marks: ['empty_returned'] },
];

const held: Step = { id: 'hold', at: 540, status: 'on_hold', change: { holds: [customs] } };
const released: Step = { id: 'released', at: 760, status: 'discharged', change: { holds: [] } };
const free: Step = {
  id: 'available',
  at: 880,
  status: 'available',
  change: { available: true, freeDays: 4 },
};

const importSteps: readonly Step[] = [...toTheYard, held, released, free, ...outAndBack];

const terminal = { kinds: ['terminal'], end: 'outgated' } as const;

export const terminalScripts: readonly Script[] = [
  {
    ...terminal,
    name: 'import',
    summary:
      'vessel, yard, customs hold and release, available with a last free day, appointment, out, empty back',
    steps: importSteps,
  },
  {
    ...terminal,
    name: 'hold_twice',
    summary: 'as import, but a second hold takes the availability away for a while',
    steps: [
      ...toTheYard,
      held,
      released,
      { ...free, at: 820 },
      { id: 'second_hold', at: 900, status: 'on_hold', change: { holds: [usda], available: false } },
      { id: 'second_release', at: 1000, status: 'available', change: { holds: [], available: true } },
      ...outAndBack,
    ],
  },
  {
    ...terminal,
    name: 'fee_due',
    summary: 'demurrage is owed before the box may leave, and paid',
    steps: [
      ...toTheYard,
      { id: 'fee_due', at: 560, status: 'discharged', change: { owed: '385.00', freeDays: -1 } },
      { ...free, id: 'fee_paid', at: 880, change: { owed: '0.00', available: true, freeDays: 2 } },
      ...outAndBack,
    ],
  },
  {
    ...terminal,
    name: 'not_found_yet',
    summary: 'unknown for three simulated hours, then as import',
    steps: afterUnknown(180, importSteps),
  },
  {
    name: 'never_found',
    kinds: ['terminal', 'rail', 'line', 'booking'],
    end: 'not_found',
    summary: 'the provider never knows the number',
    steps: [{ id: 'unknown', at: 0, status: 'not_found' }],
  },
  {
    ...terminal,
    name: 'moves_backwards',
    summary: 'the provider withdraws the discharge for a while: a box in the yard is on the vessel again',
    steps: [
      ...toTheYard,
      {
        id: 'withdrawn',
        at: 520,
        status: 'vessel_arrived',
        unmarks: ['discharged'],
        change: { inYard: false },
      },
      {
        id: 'discharged_again',
        at: 640,
        status: 'discharged',
        marks: ['discharged'],
        change: { inYard: true },
      },
      free,
      ...outAndBack,
    ],
  },
];
