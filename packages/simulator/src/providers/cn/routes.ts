import { parseBoxNumber } from '../../iso6346.ts';
import type { World } from '../../world/world.ts';
import type { Route, WireAnswer, WireRequest } from '../provider.ts';
import { cnFault } from './errors.ts';
import { renderEquipment } from './render.ts';
import { defaultStation } from './stations.ts';
import type { TokenDesk } from './token.ts';
import { createTokenDesk } from './token.ts';

const batchSize = 100;

function equipmentIds({ url }: WireRequest): string[] {
  const ids = (url.searchParams.get('equipmentIds') ?? '').split(',');
  return [...new Set(ids.map((id) => id.trim().toUpperCase()).filter((id) => id !== ''))];
}

// The railroad knows ten characters; an id with a check digit is none of its own, and absent like an unknown one.
function rowsOf(world: World, ids: readonly string[]): unknown[] {
  return ids.flatMap((id) => {
    const number = id.length === 10 ? parseBoxNumber(id)?.full : undefined;
    if (number === undefined) return [];
    const state = world.look({ providerId: 'cn', kind: 'rail', number }, defaultStation.id);
    return state.found ? [renderEquipment(state, id)] : [];
  });
}

function answer(world: World, desk: TokenDesk, request: WireRequest): WireAnswer {
  const refused = desk.refuse(request);
  if (refused) return refused;
  const ids = equipmentIds(request);
  if (ids.length === 0) return cnFault(400, 'equipmentIds is required');
  if (ids.length > batchSize) return cnFault(400, `equipmentIds holds more than ${batchSize} values`);
  return { status: 200, body: { ThirdPartyIntermodalShipment: { Equipment: rowsOf(world, ids) } } };
}

/** The vendor's paths: one for tokens, one for tracking. */
export function createRoutes(world: World): Route[] {
  const desk = createTokenDesk(world);
  return [
    {
      operation: 'token',
      method: 'POST',
      path: '/v1/oauth/jwt-token/accesstokenJWT',
      answers: 'token',
      boxes: () => [],
      handle: (request) => desk.issue(request),
    },
    {
      operation: 'tracking',
      method: 'GET',
      path: '/customers/v1/shipments/tracking',
      answers: 'data',
      boxes: equipmentIds,
      handle: (request) => answer(world, desk, request),
    },
  ];
}
