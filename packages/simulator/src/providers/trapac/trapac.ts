import { checkDigitOf, parseBoxNumber } from '../../iso6346.ts';
import type { WireProvider } from '../provider.ts';
import { memberOf, readSettings, rename } from '../provider.ts';
import { trapacError } from './errors.ts';
import { renderAvailability } from './render.ts';
import { createRoutes, trapacSettings } from './routes.ts';
import { terminals } from './sites.ts';

const foreignBox = `XTRU999999${checkDigitOf('XTRU999999')}`;

/** TraPac: no login but a registered address, ten numbers a request, a row for every number, words for times and places. */
export const trapac: WireProvider = {
  id: 'trapac',
  name: 'TraPac',
  basePath: '/trapac',
  kinds: ['terminal'],
  sites: terminals,
  credentials: [{ what: 'login', value: 'none; the address of the caller is taken for a registered one' }],
  limits: null,
  settings: trapacSettings,
  // A row has no member for a vessel, an appointment, the word to come or the empty.
  readableAs: {
    on_vessel: ['booked', 'on_vessel'],
    vessel_arrived: ['booked', 'vessel_arrived'],
    available: ['discharged', 'available'],
    appointment_set: ['discharged', 'available', 'appointment_set'],
    empty_returned: ['outgated', 'empty_returned'],
  },
  keyOf: (_kind, number) => parseBoxNumber(number)?.full ?? null,
  createRoutes,
  tell: ({ state }) => [
    renderAvailability(state, terminals.find(({ id }) => id === state.site) ?? terminals[0]),
  ],
  turnsAway: (world) => readSettings(world, 'trapac', trapacSettings).caller === 'refused',
  refuse: (status) => trapacError(status),
  readRows: (body) => (Array.isArray(body) ? body : null),
  writeRows: (_body, rows) => rows,
  disguise: (row) => rename(row, { [String(memberOf(row, 'number'))]: foreignBox }),
};
