import { checkDigitOf, parseBoxNumber } from '../../iso6346.ts';
import type { WireProvider } from '../provider.ts';
import { memberOf, rename } from '../provider.ts';
import { virginiaError } from './errors.ts';
import { renderImport } from './render.ts';
import { createRoutes, portVirginiaSettings } from './routes.ts';
import { terminals } from './terminals.ts';

const defaults = portVirginiaSettings.parse({});
const foreignBox = `XTRU999999${checkDigitOf('XTRU999999')}`;

/** Port of Virginia: a key in the query, lists of boxes with their bills, null with a message, times without a zone. */
export const portVirginia: WireProvider = {
  id: 'port_virginia',
  name: 'Port of Virginia',
  basePath: '/port_virginia',
  kinds: ['terminal'],
  sites: terminals,
  credentials: [{ what: 'query key', value: defaults.apiKey }],
  limits: null,
  settings: portVirginiaSettings,
  // Import availability has no member for an appointment.
  readableAs: { appointment_set: ['available', 'appointment_set'] },
  keyOf: (_kind, number) => parseBoxNumber(number)?.full ?? null,
  createRoutes,
  tell: ({ state }) => [renderImport(state)],
  refuse: (status) => virginiaError(status),
  readRows: (body) => (Array.isArray(body) ? body : null),
  writeRows: (_body, rows) => rows,
  disguise: (row) => rename(row, { [String(memberOf(row, 'equipmentId'))]: foreignBox }),
};
