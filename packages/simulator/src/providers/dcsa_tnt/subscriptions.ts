import { z } from 'zod';
import { uuidOf } from '../../hash.ts';
import type { World } from '../../world/world.ts';
import type { Route, WireAnswer, WireRequest } from '../provider.ts';
import { memberOf } from '../provider.ts';
import { dcsaError, versionHeaders } from './errors.ts';
import { candidates, eventsOf, isAllowed } from './events.ts';
import { querySchema } from './query.ts';

const secret = z.base64().min(4);
const order = querySchema
  .omit({ limit: true, cursor: true, sort: true })
  .extend({ callbackUrl: z.url(), secret });

/** A subscription: what was ordered, and the events that need not be told (any more). */
export interface Subscription extends z.output<typeof order> {
  id: string;
  told: Set<string>;
}

const memories = new WeakMap<World, Map<string, Subscription>>();

/** Subscriptions of a world by their ids; they end with the process. */
export function subscriptionsOf(world: World): Map<string, Subscription> {
  const known = memories.get(world);
  if (known) return known;
  const made = new Map<string, Subscription>();
  memories.set(world, made);
  return made;
}

// What a subscription shows of itself: the secret is for writing only.
function present({ id, told: _told, secret: _secret, ...ordered }: Subscription) {
  return { subscriptionID: id, ...ordered };
}

function answer(status: number, body: unknown): WireAnswer {
  return { status, headers: versionHeaders, body };
}

function refuse(world: World, request: WireRequest, about: { status: 400 | 404; message?: string }) {
  return dcsaError(request, { at: world.now(), ...about });
}

function subscribe(world: World, request: WireRequest): WireAnswer {
  const parsed = order.safeParse(request.body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const message = `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim();
    return refuse(world, request, { status: 400, message });
  }
  const all = subscriptionsOf(world);
  const id = uuidOf(world.seed, 'dcsa_tnt', 'subscription', all.size, world.now());
  // The question begins the journey; what has happened by now is not told of. The standard does not say.
  candidates(world, parsed.data.equipmentReference);
  const known = eventsOf(world, parsed.data, world.now()).map(({ eventID }) => eventID);
  const made = { ...parsed.data, id, told: new Set(known) };
  all.set(id, made);
  return answer(201, present(made));
}

type Act = (subscription: Subscription, request: WireRequest, world: World) => WireAnswer;

function change(subscription: Subscription, request: WireRequest, world: World): WireAnswer {
  const given = secret.safeParse(memberOf(request.body, 'secret'));
  if (!given.success) return refuse(world, request, { status: 400, message: 'secret is not valid' });
  subscription.secret = given.data;
  return answer(204, '');
}

/** The half of the standard that tells by itself. */
export function createSubscriptionRoutes(world: World): Route[] {
  const path = '/v2/event-subscriptions';
  const one = `${path}/:id`;
  const all = subscriptionsOf(world);
  const find = ({ path: asked }: WireRequest) => all.get(decodeURIComponent(asked.split('/')[3] ?? ''));
  const guarded = (handle: (request: WireRequest) => WireAnswer) => (request: WireRequest) =>
    isAllowed(world, request) ? handle(request) : dcsaError(request, { status: 401, at: world.now() });
  const showing = (act: Act) =>
    guarded((request) => {
      const found = find(request);
      return found ? act(found, request, world) : refuse(world, request, { status: 404 });
    });
  const ordered = ({ body }: WireRequest) => [memberOf(body, 'equipmentReference') ?? []].flat().map(String);
  const boxOf = (request: WireRequest) => [find(request)?.equipmentReference ?? []].flat();
  const named = { answers: 'data', path: one, boxes: boxOf } as const;
  const cancel: Act = ({ id }) => {
    all.delete(id);
    return answer(204, '');
  };
  return [
    {
      ...named,
      operation: 'subscribe',
      method: 'POST',
      path,
      boxes: ordered,
      handle: guarded((request) => subscribe(world, request)),
    },
    {
      ...named,
      operation: 'subscriptions',
      method: 'GET',
      path,
      boxes: () => [],
      handle: guarded(() => answer(200, [...all.values()].map(present))),
    },
    {
      ...named,
      operation: 'subscription',
      method: 'GET',
      handle: showing((found) => answer(200, present(found))),
    },
    { ...named, operation: 'unsubscribe', method: 'DELETE', handle: showing(cancel) },
    {
      ...named,
      operation: 'renew-secret',
      method: 'PUT',
      path: `${one}/secret`,
      handle: showing(change),
    },
  ];
}
