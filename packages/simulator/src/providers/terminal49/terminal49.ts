import { checkDigitOf, parseBoxNumber } from '../../iso6346.ts';
import type { WireProvider } from '../provider.ts';
import { memberOf, rename } from '../provider.ts';
import { refuse } from './errors.ts';
import { createNotifier } from './notify.ts';
import { renderContainer, renderShipment } from './render.ts';
import { createRoutes } from './routes.ts';
import { providerId, terminal49Settings } from './state.ts';

const defaults = terminal49Settings.parse({});
const foreignBox = `XTRU999999${checkDigitOf('XTRU999999')}`;

/** Terminal49: tracking requests, shipments and containers in JSON:API, and signed notifications. */
export const terminal49: WireProvider = {
  id: providerId,
  name: 'Terminal49',
  basePath: '/terminal49/v2',
  kinds: ['terminal'],
  sites: [{ id: 'USLAX', name: 'Los Angeles', zone: 'America/Los_Angeles' }],
  credentials: [
    { what: 'api key', value: defaults.apiKey },
    { what: 'web-hook secret', value: defaults.secret },
  ],
  limits: { perSecond: 100, perMinute: 100 },
  settings: terminal49Settings,
  readableAs: {},
  keyOf: (_kind, number) => parseBoxNumber(number)?.full ?? null,
  createRoutes,
  tell: ({ state }) => [renderContainer(state), renderShipment(state)],
  createNotifier,
  refuse: (status) => refuse(status),
  // The boxes of an answer stand beside its subject.
  readRows(body) {
    const included = memberOf(body, 'included');
    return Array.isArray(included) ? included : null;
  },
  writeRows: (body, rows) => (typeof body === 'object' && body !== null ? { ...body, included: rows } : body),
  disguise(row) {
    const number = memberOf(memberOf(row, 'attributes'), 'number');
    return number === undefined ? row : rename(row, { [String(number)]: foreignBox });
  },
};
