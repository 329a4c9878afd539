import { checkDigitOf, parseBoxNumber } from '../../iso6346.ts';
import type { WireProvider } from '../provider.ts';
import { memberOf, rename } from '../provider.ts';
import { apiError } from './errors.ts';
import { renderEmptyReturn, renderImportAvailability } from './render.ts';
import { createRoutes } from './routes.ts';
import { apmSites, findApmSite } from './sites.ts';
import { apmClients, apmSettings } from './token.ts';

const foreignBox = `XTRU999999${checkDigitOf('XTRU999999')}`;

/** APM Terminals: OAuth client credentials, JSON arrays, local times with offset, strings for nearly everything. */
export const apm: WireProvider = {
  id: 'apm',
  name: 'APM Terminals',
  basePath: '/apm',
  kinds: ['terminal', 'booking'],
  sites: apmSites,
  credentials: apmClients.flatMap(({ clientId, clientSecret, hasPlan }) => [
    { what: hasPlan ? 'client_id' : 'client_id without a plan', value: clientId },
    { what: 'client_secret', value: clientSecret },
  ]),
  limits: null,
  settings: apmSettings,
  // There is no member for the arrival of the vessel, only free text.
  readableAs: {
    vessel_arrived: ['on_vessel', 'vessel_arrived'],
    empty_returned: ['outgated', 'empty_returned'],
  },
  keyOf: (kind, number) =>
    kind === 'booking' ? number.toUpperCase() : (parseBoxNumber(number)?.full ?? null),
  createRoutes,
  tell({ state }) {
    const { zone } = findApmSite(state.site ?? '', 'containers') ?? apmSites[0];
    return [renderImportAvailability(state, zone), renderEmptyReturn(state, zone)];
  },
  refuse: (status) => apiError(status),
  readRows(body) {
    if (Array.isArray(body)) return body;
    return memberOf(body, 'containerId') === undefined ? null : [body];
  },
  writeRows: (_body, rows) => rows,
  disguise(row) {
    const id = memberOf(row, 'containerId') ?? memberOf(row, 'bookingReference');
    return rename(row, { [String(id)]: foreignBox });
  },
};
