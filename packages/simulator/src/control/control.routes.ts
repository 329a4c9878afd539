import type { Context, Middleware } from 'koa';
import { readBody } from '../server/read-body.ts';
import type { Control } from './control.ts';
import { ControlError, parseOrder } from './control.ts';
import {
  faultOrder,
  journeyOrder,
  limitsOrder,
  providerFilter,
  requestFilter,
  settingsOrder,
} from './schemas.ts';

interface Call {
  body: unknown;
  query: Record<string, unknown>;
  /** The last part of the path. */
  tail: string;
}

interface Answer {
  status?: number;
  body: unknown;
}

type Handler = (control: Control, call: Call) => Answer | Promise<Answer>;

// Absent keys stay absent: exact optional properties do not take undefined.
function present<T extends object>(filter: T) {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

const handlers: Record<string, Handler> = {
  'GET /control/journeys': (control) => ({ body: { journeys: control.journeys() } }),
  'POST /control/journeys': (control, { body }) => ({
    status: 201,
    body: control.setJourney(parseOrder(journeyOrder, body)),
  }),
  'GET /control/boxes': (control, { query }) => ({
    body: { boxes: control.allBoxes(parseOrder(providerFilter, query).providerId) },
  }),
  'GET /control/boxes/*': (control, { query, tail }) => {
    const { providerId } = parseOrder(providerFilter, query);
    const boxes = control.boxes(tail, providerId);
    if (boxes.length === 0)
      throw new ControlError(
        `number: no journey of ${tail} has begun; one begins when a provider is asked`,
        404,
      );
    return { body: providerId === undefined ? { number: tail, boxes } : boxes[0] };
  },
  'GET /control/faults': (control, { query }) => ({
    body: { faults: control.faults(parseOrder(providerFilter, query).providerId) },
  }),
  'POST /control/faults': (control, { body }) => ({
    status: 201,
    body: control.addFault(parseOrder(faultOrder, body)),
  }),
  'DELETE /control/faults': (control, { query }) => ({
    body: { cleared: control.clearFaults(parseOrder(providerFilter, query).providerId) },
  }),
  'GET /control/requests': (control, { query }) => ({
    body: { requests: control.requests(present(parseOrder(requestFilter, query))) },
  }),
  'DELETE /control/requests': (control) => ({ body: { cleared: control.clearRequests() } }),
  'GET /control/notifications': (control) => ({ body: { notifications: control.notifications() } }),
  'POST /control/notifications': async (control) => ({ body: { taken: await control.notify() } }),
  'POST /control/limits': (control, { body }) => {
    const order = parseOrder(limitsOrder, body);
    control.setLimits(order);
    return { body: order };
  },
  'POST /control/settings': (control, { body }) => {
    const { providerId, settings } = parseOrder(settingsOrder, body);
    return { body: { providerId, settings: control.setSettings({ providerId, settings }) } };
  },
};

function findHandler(method: string, path: string): Handler | null {
  return handlers[`${method} ${path}`] ?? handlers[`${method} ${path.replace(/\/[^/]+$/, '/*')}`] ?? null;
}

function refuse(ctx: Context, error: unknown): void {
  if (!(error instanceof ControlError)) throw error;
  ctx.status = error.status;
  ctx.body = { error: error.message };
}

/** Serves `/control/…`: JSON in and out, 400 with every fault of an order, 404 listing what there is. */
export function createControlApi(control: Control): Middleware {
  return async function controlApi(ctx, next) {
    if (!ctx.path.startsWith('/control')) return next();
    const handler = findHandler(ctx.method, ctx.path);
    const body = await readBody(ctx.req);
    const tail = decodeURIComponent(ctx.path.split('/').at(-1) ?? '');
    try {
      if (!handler) throw new ControlError(`there are: ${Object.keys(handlers).join(', ')}`, 404);
      const answer = await handler(control, { body, query: { ...ctx.query }, tail });
      ctx.status = answer.status ?? 200;
      ctx.body = answer.body;
    } catch (error) {
      refuse(ctx, error);
    }
  };
}
