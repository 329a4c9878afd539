import type { Script } from '../journey/script.ts';

export const bookingScripts: readonly Script[] = [
  {
    name: 'export_booking',
    kinds: ['booking'],
    end: 'departed',
    summary: 'empties go out, full boxes come in, the vessel leaves',
    steps: [
      { id: 'booked', at: 0, status: 'booked', marks: ['booked'] },
      { id: 'first_empties', at: 180, status: 'booked', change: { emptiesOut: 50 } },
      { id: 'receiving', at: 420, status: 'export_ready', change: { emptiesOut: 100 } },
      { id: 'first_full', at: 600, status: 'export_ready', marks: ['gated_in'], change: { received: 50 } },
      { id: 'all_full', at: 900, status: 'export_ingated', change: { received: 100 } },
      { id: 'loaded', at: 1200, status: 'loaded', marks: ['loaded'] },
      { id: 'departed', at: 1440, status: 'departed', marks: ['vessel_left'] },
    ],
  },
];
