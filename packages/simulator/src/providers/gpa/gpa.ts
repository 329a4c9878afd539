import { parseBoxNumber } from '../../iso6346.ts';
import type { WireProvider } from '../provider.ts';
import { hostKeyFingerprint } from './host-key.ts';
import { renderAnswer } from './render.ts';
import { gpaSettings, providerId } from './state.ts';

const defaults = gpaSettings.parse({});

/** Georgia Ports Authority: files over SFTP, on the simulator's own port; no path of HTTP. */
export const gpa: WireProvider = {
  id: providerId,
  name: 'Georgia Ports Authority',
  basePath: '/gpa',
  kinds: ['terminal'],
  sites: [
    { id: 'GCT', name: 'Garden City Terminal', zone: 'America/New_York' },
    { id: 'OT', name: 'Ocean Terminal', zone: 'America/New_York' },
  ],
  credentials: [
    { what: 'user', value: defaults.username },
    { what: 'password', value: defaults.password },
    { what: 'host key', value: hostKeyFingerprint },
  ],
  limits: null,
  settings: gpaSettings,
  // A file has no column for readiness, appointments, the vessel or the return of the empty.
  readableAs: {
    on_vessel: ['booked', 'on_vessel'],
    vessel_arrived: ['booked', 'on_vessel', 'vessel_arrived'],
    available: ['discharged', 'available'],
    appointment_set: ['discharged', 'appointment_set'],
    empty_returned: ['outgated', 'empty_returned'],
  },
  keyOf: (_kind, number) => parseBoxNumber(number)?.full ?? null,
  createRoutes: () => [],
  tell: ({ state }) => [renderAnswer([state], (rows) => rows)],
  refuse: (status) => ({ status, body: '' }),
  readRows: () => null,
  writeRows: (body) => body,
  disguise: (row) => row,
};
