import { parseBoxNumber } from '../../iso6346.ts';
import type { WireProvider } from '../provider.ts';
import { memberOf, rename } from '../provider.ts';
import { cnFault } from './errors.ts';
import { renderEquipment } from './render.ts';
import { createRoutes } from './routes.ts';
import { stations } from './stations.ts';
import { cnClients, cnSettings } from './token.ts';

/** Canadian National: a token for key and secret, ten-character ids in the query, times with a zone's word, absent rows. */
export const cn: WireProvider = {
  id: 'cn',
  name: 'Canadian National Railway',
  basePath: '/cn',
  kinds: ['rail'],
  sites: stations,
  credentials: cnClients.flatMap(({ key, secret, hasProduct }) => [
    { what: hasProduct ? 'key' : 'key without the product', value: key },
    { what: 'secret', value: secret },
  ]),
  limits: null,
  settings: cnSettings,
  // Nothing says that the customer may fetch it, only that he was told.
  readableAs: {
    rail_available: ['grounded', 'rail_available', 'available'],
    grounded: ['rail_arrived', 'grounded'],
  },
  keyOf(_kind, number) {
    const box = parseBoxNumber(number);
    return box && (parseBoxNumber(`${box.initial}${box.serial}`)?.full ?? null);
  },
  createRoutes,
  tell: ({ state }) => [renderEquipment(state, state.number.slice(0, 10))],
  refuse: (status) => cnFault(status),
  readRows(body) {
    const rows = memberOf(memberOf(body, 'ThirdPartyIntermodalShipment'), 'Equipment');
    return Array.isArray(rows) ? rows : null;
  },
  writeRows: (_body, Equipment) => ({ ThirdPartyIntermodalShipment: { Equipment } }),
  disguise: (row) => rename(row, { [String(memberOf(row, 'EquipmentId'))]: 'XTRU999999' }),
};
