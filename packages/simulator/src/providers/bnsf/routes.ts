import { z } from 'zod';
import type { BoxState } from '../../journey/box-state.ts';
import type { World } from '../../world/world.ts';
import type { Route, WireAnswer, WireRequest } from '../provider.ts';
import { memberOf } from '../provider.ts';
import { bnsfError } from './errors.ts';
import { renderUnitDetails } from './render.ts';
import { renderJ1 } from './render-j1.ts';
import { renderTracing } from './render-tracing.ts';
import { defaultStation } from './stations.ts';
import type { Unit } from './units.ts';
import { keyOfUnit, parseUnit } from './units.ts';

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'is no date YYYY-MM-DD');
const unitList = z.array(z.string().min(2).max(11));

const detailsBody = z.object({
  intermodalUnits: z
    .array(z.object({ equipmentInitial: z.string(), equipmentNumber: z.string() }))
    .min(1)
    .max(500),
});
const tracingBody = z.object({ unitList: unitList.min(1).max(300) });
const j1Body = z.object({
  unitList: unitList.min(1).max(100),
  startDate: day,
  endDate: day,
  j1ReceiptData: z.boolean().default(false),
  j1ReceiptPdf: z.boolean().default(false),
});

/** Numbers a body names, whatever else is wrong with it. */
function unitsNamed({ body }: WireRequest): string[] {
  const objects = memberOf(body, 'intermodalUnits');
  const strings = memberOf(body, 'unitList');
  if (Array.isArray(strings)) return strings.map(String);
  if (!Array.isArray(objects)) return [];
  return objects.map((one) => `${memberOf(one, 'equipmentInitial')}${memberOf(one, 'equipmentNumber')}`);
}

function checked<T>(schema: z.ZodType<T>, request: WireRequest, answer: (body: T) => WireAnswer): WireAnswer {
  const parsed = schema.safeParse(request.body);
  if (parsed.success) return answer(parsed.data);
  const issue = parsed.error.issues[0];
  return bnsfError(
    400,
    request.path,
    `${issue?.path.join('.') ?? 'body'}: ${issue?.message ?? 'unreadable'}`,
  );
}

function createRows(world: World) {
  return function rows<T>(units: readonly Unit[], render: (state: BoxState, unit: Unit) => T): T[] {
    return units.map((unit) => render(world.look(keyOfUnit(unit), defaultStation.id), unit));
  };
}

// A unit that is spelled in no known way is asked for as it is and not found.
function unitOf(text: string): Unit {
  return parseUnit(text) ?? { equipmentInitial: text.slice(0, 4), equipmentNumber: text.slice(4) };
}

function page(request: WireRequest, rows: readonly unknown[]): unknown[] {
  const number = (name: string, fallback: number) =>
    Math.max(1, Number(request.url.searchParams.get(name)) || fallback);
  const limit = Math.min(2_000, number('limit', 2_000));
  const first = (number('page', 1) - 1) * limit;
  return rows.slice(first, first + limit);
}

/** Three of the vendor's services, the list of all units, and its liveness probe. */
export function createRoutes(world: World): Route[] {
  const rows = createRows(world);
  const ok = (body: unknown): WireAnswer => ({ status: 200, body });
  const data = { method: 'POST', answers: 'data', boxes: unitsNamed } as const;
  return [
    {
      ...data,
      operation: 'unit-details',
      path: '/v3/unit-details',
      handle: (request) =>
        checked(detailsBody, request, (body) =>
          ok({ intermodalUnits: rows(body.intermodalUnits, renderUnitDetails) }),
        ),
    },
    {
      ...data,
      operation: 'j1-receipts',
      path: '/v1/j1-receipts',
      handle: (request) =>
        checked(j1Body, request, (body) => {
          const period = { ...body, withData: body.j1ReceiptData };
          return ok({
            elements: rows(body.unitList.map(unitOf), (state, unit) => renderJ1(state, unit, period)),
          });
        }),
    },
    {
      ...data,
      operation: 'units',
      path: '/v1/units',
      handle: (request) =>
        checked(tracingBody, request, (body) =>
          ok({ elements: rows(body.unitList.map(unitOf), renderTracing) }),
        ),
    },
    {
      ...data,
      operation: 'units',
      method: 'GET',
      path: '/v1/units',
      handle: (request) => {
        const all = world.tripsOf('bnsf').map(({ trip }) => unitOf(trip.number));
        return ok({ elements: page(request, rows(all, renderTracing)) });
      },
    },
    {
      operation: 'healthcheck',
      method: 'GET',
      path: '/healthcheck',
      answers: 'liveness',
      boxes: () => [],
      handle: () => ({
        status: 200,
        headers: { 'content-type': 'application/xml' },
        body: '<status>ok</status>',
      }),
    },
  ];
}
