import { z } from 'zod';
import { addDays, localTime } from '../../zone.ts';
import type { WireProvider } from '../provider.ts';
import { memberOf } from '../provider.ts';
import { bnsfError } from './errors.ts';
import { renderUnitDetails } from './render.ts';
import { renderJ1 } from './render-j1.ts';
import { createRoutes } from './routes.ts';
import { stationOf, stations } from './stations.ts';
import { parseUnit, wholeNumber } from './units.ts';

const foreign = {
  equipmentInitial: 'XTRU',
  equipmentNumber: '999999',
  unitInitial: 'XTRU',
  unitNumber: '999999',
};

function disguise(row: unknown): unknown {
  if (Array.isArray(row)) return row.map(disguise);
  if (typeof row !== 'object' || row === null) return row;
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [key, memberOf(foreign, key) ?? disguise(value)]),
  );
}

/** BNSF Railway: mutual TLS, POSTed lists, ten-character numbers, one answer row for every unit asked for. */
export const bnsf: WireProvider = {
  id: 'bnsf',
  name: 'BNSF Railway',
  basePath: '/bnsf',
  kinds: ['rail'],
  sites: stations,
  credentials: [
    { what: 'client certificate', value: 'none over plain HTTP; any of the given CA over HTTPS' },
  ],
  limits: { perSecond: 1, perMinute: 15 },
  settings: z.strictObject({}),
  // Unit details do not say that the customer was notified.
  readableAs: {
    rail_available: ['grounded', 'rail_available', 'available'],
    grounded: ['rail_arrived', 'grounded'],
  },
  keyOf(_kind, number) {
    const unit = parseUnit(number);
    return unit && wholeNumber(unit);
  },
  createRoutes,
  tell({ state }) {
    const unit = parseUnit(state.number);
    if (!unit) return [];
    const { date } = localTime(state.now, stationOf(state.site).zone);
    const period = { startDate: addDays(date, -7), endDate: date, withData: true };
    return [renderUnitDetails(state, unit), renderJ1(state, unit, period)];
  },
  refuse: (status, request) => bnsfError(status, request.path),
  readRows(body) {
    const rows = memberOf(body, 'intermodalUnits') ?? memberOf(body, 'elements');
    return Array.isArray(rows) ? rows : null;
  },
  writeRows(body, rows) {
    return memberOf(body, 'elements') === undefined ? { intermodalUnits: rows } : { elements: rows };
  },
  disguise,
};
