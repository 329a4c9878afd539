import { z } from 'zod';
import { parseBoxNumber } from '../../iso6346.ts';
import type { World } from '../../world/world.ts';
import type { Route, Site, WireAnswer, WireRequest } from '../provider.ts';
import { readSettings } from '../provider.ts';
import { trapacError } from './errors.ts';
import { renderAvailability, renderMissing } from './render.ts';
import { terminals } from './sites.ts';

/** Settings of `trapac`: whether the caller's address is registered, or how it is turned away. */
export const trapacSettings = z.strictObject({
  caller: z.enum(['registered', 'forbidden', 'refused']).default('registered'),
});

const batchSize = 10;

function list({ url }: WireRequest): string[] {
  const numbers = (url.searchParams.get('list') ?? '').split(',');
  return [...new Set(numbers.map((number) => number.trim().toUpperCase()).filter((one) => one !== ''))];
}

function rowOf(world: World, number: string, site: Site): unknown {
  if (number.length !== 11 || !parseBoxNumber(number)) return renderMissing(number);
  const state = world.look({ providerId: 'trapac', kind: 'terminal', number }, site.id);
  return state.found && state.site === site.id ? renderAvailability(state, site) : renderMissing(number);
}

function answer(world: World, request: WireRequest): WireAnswer {
  if (readSettings(world, 'trapac', trapacSettings).caller !== 'registered') return trapacError(403);
  const code = request.url.searchParams.get('terminal')?.toUpperCase();
  const site = terminals.find(({ id }) => id === code);
  if (!site) return trapacError(400, 'terminal is missing or unknown');
  const numbers = list(request);
  if (numbers.length === 0) return trapacError(400, 'list is required');
  if (numbers.length > batchSize) return trapacError(400, `list holds more than ${batchSize} values`);
  return { status: 200, body: numbers.map((number) => rowOf(world, number, site)) };
}

/** The vendor's one question. */
export function createRoutes(world: World): Route[] {
  return [
    {
      operation: 'availabilities',
      method: 'GET',
      path: '/TrapacAPI/api/Availabilities',
      answers: 'data',
      boxes: list,
      handle: (request) => answer(world, request),
    },
  ];
}
