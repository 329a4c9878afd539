import { checkDigitOf, parseBoxNumber } from '../../iso6346.ts';
import type { RefusedStatus, WireProvider } from '../provider.ts';
import { memberOf, rename } from '../provider.ts';
import { renderUpdates } from './render.ts';
import { createRoutes } from './routes.ts';
import { providerId, vizionSettings } from './state.ts';

const defaults = vizionSettings.parse({});
const foreignBox = `XTRU999999${checkDigitOf('XTRU999999')}`;

const messages: Record<RefusedStatus, string> = {
  400: 'Bad request',
  // The reverse of usual.
  401: 'The key lacks the permission',
  403: 'No valid key',
  404: 'Not found',
  405: 'Method not allowed',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Unavailable',
  504: 'Timeout',
};

/** Vizion: references, and updates that grow with the journey; a planned milestone turns actual. */
export const vizion: WireProvider = {
  id: providerId,
  name: 'Vizion',
  basePath: '/vizion',
  kinds: ['line'],
  sites: [{ id: 'USLAX', name: 'Los Angeles', zone: 'America/Los_Angeles' }],
  credentials: [{ what: 'header X-API-Key', value: defaults.apiKey }],
  // None is published: enforced, the default of a client's own.
  limits: { perSecond: 1, perMinute: 60 },
  settings: vizionSettings,
  readableAs: { booked: ['booked', 'on_vessel'] },
  keyOf: (_kind, number) => parseBoxNumber(number)?.full ?? null,
  createRoutes,
  tell({ trip, state }) {
    const reference = { id: trip.number, number: trip.number, createdAt: trip.startAt, isActive: true };
    return renderUpdates(trip, reference, state.now).slice(0, 1);
  },
  refuse: (status) => ({
    status,
    headers: status === 429 ? { 'retry-after': '10' } : {},
    body: { message: messages[status] },
  }),
  readRows(body) {
    const rows = Array.isArray(body) ? body : memberOf(body, 'data');
    return Array.isArray(rows) ? rows : null;
  },
  writeRows: (body, rows) => (Array.isArray(body) ? rows : { data: rows }),
  disguise(row) {
    const number = memberOf(row, 'container_id') ?? memberOf(memberOf(row, 'payload'), 'container_id');
    return number === undefined ? row : rename(row, { [String(number)]: foreignBox });
  },
};
