import { z } from 'zod';
import type { WireProvider } from '../provider.ts';
import { memberOf } from '../provider.ts';
import { bnsfError } from './errors.ts';
import { createRoutes } from './routes.ts';
import { stations } from './stations.ts';
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
