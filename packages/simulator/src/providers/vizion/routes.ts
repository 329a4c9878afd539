import { uuidOf } from '../../hash.ts';
import { parseBoxNumber } from '../../iso6346.ts';
import type { Trip } from '../../journey/box-state.ts';
import type { World } from '../../world/world.ts';
import type { Route, WireAnswer, WireRequest } from '../provider.ts';
import { memberOf } from '../provider.ts';
import { renderReference, renderUpdates } from './render.ts';
import { keyOf, providerId, type Reference, referencesOf, settingsOf } from './state.ts';

const ok = (body: unknown): WireAnswer => ({ status: 200, body });
const no = (status: number, message: string): WireAnswer => ({ status, body: { message } });

interface Found {
  reference: Reference;
  trip: Trip;
}

function find(world: World, id: string): Found | null {
  const reference = referencesOf(world).find((one) => one.id === id);
  const trip = reference ? world.tripOf(keyOf(reference.number)) : null;
  return reference && trip ? { reference, trip } : null;
}

function idOf({ path }: WireRequest): string {
  return decodeURIComponent(path.split('/')[2] ?? '');
}

function create(world: World, { body }: WireRequest): WireAnswer {
  const text = memberOf(body, 'container_id');
  if (typeof text !== 'string') return no(400, 'container_id is required');
  const number = parseBoxNumber(text)?.full;
  if (number === undefined) return no(422, 'container_id is not a valid container number');
  world.look(keyOf(number), 'USLAX');
  const references = referencesOf(world);
  const id = uuidOf(world.seed, providerId, 'reference', number, references.length);
  const reference: Reference = { id, number, createdAt: world.now(), isActive: true };
  references.push(reference);
  const bare = { id, container_id: number };
  return ok(settingsOf(world).envelopes ? { message: 'Reference created', reference: bare } : bare);
}

function list(world: World, { url }: WireRequest): WireAnswer {
  const number = (name: string, usual: number) =>
    Math.max(1, Math.trunc(Number(url.searchParams.get(name) ?? usual)) || usual);
  const size = number('per_page', 25);
  const from = (number('page', 1) - 1) * size;
  const shown = referencesOf(world)
    .filter(({ isActive }) => isActive)
    .slice(from, from + size)
    .flatMap(({ id }) => find(world, id) ?? [])
    .map(({ trip, reference }) => renderReference(trip, reference, world.now()));
  return ok(settingsOf(world).envelopes ? { data: shown } : shown);
}

/** References and their updates, as far as a tracer uses them. */
export function createRoutes(world: World): Route[] {
  // The reverse of usual: 403 without a valid key, 401 for one that lacks the permission.
  const guarded =
    (handle: (world: World, request: WireRequest) => WireAnswer, needs: 'read' | 'write' = 'read') =>
    (request: WireRequest): WireAnswer => {
      const { apiKey, readOnlyKey } = settingsOf(world);
      const key = request.headers['x-api-key'];
      if (key === readOnlyKey && needs === 'write') return no(401, 'The key lacks the permission');
      return key === apiKey || key === readOnlyKey ? handle(world, request) : no(403, 'No valid key');
    };
  const showing = (show: (found: Found) => WireAnswer) => (_world: World, request: WireRequest) => {
    const found = find(world, idOf(request));
    return found ? show(found) : no(404, 'Reference not found');
  };
  const boxOf = (request: WireRequest) => [find(world, idOf(request))?.reference.number ?? []].flat();
  const data = { answers: 'data' } as const;
  const created = (request: WireRequest) => {
    const text = memberOf(request.body, 'container_id');
    return typeof text === 'string' ? [text] : [];
  };
  return [
    {
      ...data,
      operation: 'create',
      method: 'POST',
      path: '/references',
      boxes: created,
      handle: guarded(create, 'write'),
    },
    {
      ...data,
      operation: 'references',
      method: 'GET',
      path: '/references',
      boxes: () => [],
      handle: guarded(list),
    },
    {
      ...data,
      operation: 'reference',
      method: 'GET',
      path: '/references/:id',
      boxes: boxOf,
      handle: guarded(showing(({ trip, reference }) => ok(renderReference(trip, reference, world.now())))),
    },
    {
      ...data,
      operation: 'updates',
      method: 'GET',
      path: '/references/:id/updates',
      boxes: boxOf,
      handle: guarded(
        showing(({ trip, reference }) => {
          const updates = renderUpdates(trip, reference, world.now());
          return ok(settingsOf(world).envelopes ? { data: updates } : updates);
        }),
      ),
    },
    {
      ...data,
      operation: 'delete',
      method: 'DELETE',
      path: '/references/:id',
      boxes: boxOf,
      handle: guarded(
        showing(({ reference }) => {
          reference.isActive = false;
          return ok({ message: 'Reference deleted' });
        }),
        'write',
      ),
    },
  ];
}
