import { checkDigitOf, parseBoxNumber } from '../../iso6346.ts';
import type { WireProvider } from '../provider.ts';
import { memberOf, rename } from '../provider.ts';
import { dcsaError } from './errors.ts';
import { dcsaSettings } from './events.ts';
import { createNotifier } from './notify.ts';
import { ports } from './ports.ts';
import { renderEvents } from './render.ts';
import { createRoutes } from './routes.ts';

const defaults = dcsaSettings.parse({});
const foreignBox = `XTRU999999${checkDigitOf('XTRU999999')}`;

/** A carrier that speaks DCSA Track & Trace 2.2: one array of events, paging by headers, a key in a header, signed notifications. */
export const dcsaTnt: WireProvider = {
  id: 'dcsa_tnt',
  name: 'DCSA Track & Trace carrier',
  basePath: '/dcsa_tnt',
  kinds: ['line'],
  sites: [
    { id: ports.discharge.UNLocationCode, name: ports.discharge.locationName, zone: ports.discharge.zone },
  ],
  credentials: [{ what: `header ${defaults.keyHeader}`, value: defaults.apiKey }],
  limits: null,
  settings: dcsaSettings,
  readableAs: { on_vessel: ['on_vessel', 'loaded', 'departed'], booked: ['booked', 'export_ingated'] },
  keyOf: (_kind, number) => parseBoxNumber(number)?.full ?? null,
  createRoutes,
  tell: ({ state }) => [renderEvents(state)],
  createNotifier,
  refuse: (status, request, at) => dcsaError(request, { status, at }),
  readRows: (body) => (Array.isArray(body) ? body : null),
  writeRows: (_body, rows) => rows,
  disguise(row) {
    const number = memberOf(row, 'equipmentReference');
    return number === undefined ? row : rename(row, { [String(number)]: foreignBox });
  },
};
