import { z } from 'zod';
import { parseBoxNumber } from '../../iso6346.ts';
import type { World } from '../../world/world.ts';
import type { Route, WireAnswer, WireRequest } from '../provider.ts';
import { memberOf, readSettings } from '../provider.ts';
import { virginiaError } from './errors.ts';
import { renderImport } from './render.ts';
import { defaultTerminal } from './terminals.ts';

/** Settings of `port_virginia`: its key, and whether a box is told to those who do not name its bill of lading. */
export const portVirginiaSettings = z.strictObject({
  apiKey: z.string().min(1).default('simulated-virginia-key'),
  bill: z.enum(['required', 'optional']).default('required'),
});

const item = z.object({ equipmentId: z.string(), referenceId: z.string() });
const bulk = z.array(item).min(1).max(100);
type Item = z.output<typeof item>;

/** Numbers a body names, whatever else is wrong with it. */
function equipmentIds({ body }: WireRequest): string[] {
  return Array.isArray(body) ? body.map((one) => String(memberOf(one, 'equipmentId') ?? '')) : [];
}

/** The key may stand in the query or in a header. */
function refuse(world: World, { url, headers }: WireRequest): WireAnswer | null {
  const given = url.searchParams.get('key') ?? headers['x-api-key'];
  if (given === undefined || given === '') return virginiaError(401);
  const { apiKey } = readSettings(world, 'port_virginia', portVirginiaSettings);
  return given === apiKey ? null : virginiaError(403);
}

/** The import of a box, or why it is not told; the texts are inferred. */
function find(
  world: World,
  { equipmentId, referenceId }: Item,
): { data: object | null; message: string | null } {
  const none = (message: string) => ({ data: null, message });
  const { bill } = readSettings(world, 'port_virginia', portVirginiaSettings);
  if (referenceId === '' && bill === 'required') return none('A bill of lading is required');
  const number = equipmentId.trim().toUpperCase();
  if (number.length !== 11 || !parseBoxNumber(number)) return none('No matching container');
  const state = world.look({ providerId: 'port_virginia', kind: 'terminal', number }, defaultTerminal.id);
  if (!state.found) return none('No matching container');
  const isItsBill = referenceId.trim().toUpperCase() === state.facts.billOfLading;
  if (bill === 'required' && !isItsBill) return none('The bill of lading does not match the container');
  return { data: renderImport(state), message: null };
}

function answerMany(world: World, request: WireRequest): WireAnswer {
  const parsed = bulk.safeParse(request.body);
  if (!parsed.success) return virginiaError(400, parsed.error.issues[0]?.message);
  return { status: 200, body: parsed.data.map((one) => ({ ...one, ...find(world, one) })) };
}

function answerOne(world: World, { url }: WireRequest): WireAnswer {
  const parsed = item.safeParse(Object.fromEntries(url.searchParams));
  if (!parsed.success) return virginiaError(400, parsed.error.issues[0]?.message);
  const { data, message } = find(world, parsed.data);
  return data ? { status: 200, body: data } : virginiaError(404, message ?? undefined);
}

/** Import availability: one box by its query, up to a hundred by a list. */
export function createRoutes(world: World): Route[] {
  const path = '/import-availability';
  return [
    {
      operation: 'get-import',
      method: 'GET',
      path,
      answers: 'data',
      boxes: ({ url }) => [url.searchParams.get('equipmentId') ?? []].flat(),
      handle: (request) => refuse(world, request) ?? answerOne(world, request),
    },
    {
      operation: 'get-imports-bulk',
      method: 'POST',
      path,
      answers: 'data',
      boxes: equipmentIds,
      handle: (request) => refuse(world, request) ?? answerMany(world, request),
    },
  ];
}
