import { checkDigitOf, parseBoxNumber } from '../../iso6346.ts';
import type { RefusedStatus, WireProvider } from '../provider.ts';
import { memberOf, rename } from '../provider.ts';
import { ports } from './ports.ts';
import { renderNotification } from './render.ts';
import { createRoutes } from './routes.ts';
import { type DialectId, sprintpassSettings } from './state.ts';

const defaults = sprintpassSettings.parse({});
const foreignBox = `XTRU999999${checkDigitOf('XTRU999999')}`;

const titles: Record<RefusedStatus, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

function boxOf(row: unknown): unknown {
  return memberOf(row, 'unit_nbr') ?? memberOf(memberOf(row, 'orchestration_request'), 'unit_nbr');
}

interface Dialect {
  id: DialectId;
  name: string;
  ordersPath: string;
}

function createDialect({ id, name, ordersPath }: Dialect): WireProvider {
  return {
    id,
    name,
    basePath: `/${id}`,
    kinds: ['terminal'],
    sites: ports,
    credentials: [
      { what: 'header X-API-KEY', value: defaults.apiKey },
      { what: 'queue policy', value: defaults.queuePolicy },
      { what: 'queue key', value: defaults.queueKey },
    ],
    limits: null,
    settings: sprintpassSettings,
    readableAs: {},
    keyOf: (_kind, number) => parseBoxNumber(number)?.full ?? null,
    createRoutes: createRoutes(id, ordersPath),
    tell: ({ state }) => [renderNotification(state)],
    refuse: (status) => ({
      status,
      body: { type: 'about:blank', title: titles[status], status, traceId: `00-${id}` },
    }),
    readRows(body) {
      const rows = Array.isArray(body) ? body : memberOf(body, 'data');
      return Array.isArray(rows) ? rows : null;
    },
    writeRows: (body, rows) => (Array.isArray(body) ? rows : { data: rows }),
    disguise: (row) => rename(row, { [String(boxOf(row))]: foreignBox }),
  };
}

/** SprintPass Pro: orders taken with 202, notifications in a queue that locks what it hands out. */
export const sprintpassPro = createDialect({
  id: 'sprintpass_pro',
  name: 'CargoSprint SprintPass Pro',
  ordersPath: '/v1/orchestrations',
});

/** eModal EDS: one order per request, `20025` for one that stands; the message in its queue is inferred. */
export const emodal = createDialect({
  id: 'emodal',
  name: 'eModal EDS',
  ordersPath: '/eds/ServiceOrder/ServiceOrders',
});
