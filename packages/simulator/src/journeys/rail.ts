import type { Script, Step } from '../journey/script.ts';
import { afterUnknown } from '../journey/script.ts';

const railSteps: readonly Step[] = [
  {
    id: 'on_rail',
    at: 0,
    status: 'on_rail',
    marks: ['rail_departed'],
    estimate: { of: 'deramped', offBy: 90 },
  },
  { id: 'eta_changed', at: 240, status: 'on_rail', estimate: { of: 'deramped', offBy: 0 } },
  {
    id: 'grounded',
    at: 600,
    status: 'grounded',
    marks: ['rail_arrived', 'deramped'],
    change: { inYard: true },
  },
  {
    id: 'available',
    at: 780,
    status: 'rail_available',
    marks: ['notified'],
    change: { available: true, freeDays: 2 },
  },
  {
    id: 'outgated',
    at: 1300,
    status: 'outgated',
    marks: ['outgated'],
    change: { inYard: false, available: false },
  },
];

const rail = { kinds: ['rail'], end: 'outgated' } as const;

export const railScripts: readonly Script[] = [
  {
    ...rail,
    name: 'rail_import',
    summary: 'on the train with an estimate that changes, deramped and grounded in a lot, last free day, out',
    steps: railSteps,
  },
  {
    ...rail,
    name: 'rail_not_found_yet',
    summary: 'unknown for three simulated hours, then as rail_import',
    steps: afterUnknown(180, railSteps),
  },
];
