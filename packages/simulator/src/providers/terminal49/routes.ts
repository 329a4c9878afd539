import { uuidOf } from '../../hash.ts';
import { parseBoxNumber } from '../../iso6346.ts';
import type { Trip } from '../../journey/box-state.ts';
import { boxState } from '../../journey/box-state.ts';
import type { World } from '../../world/world.ts';
import type { Route, WireAnswer, WireRequest } from '../provider.ts';
import { memberOf } from '../provider.ts';
import { answer, refuse, unprocessable } from './errors.ts';
import { renderContainer, renderShipment } from './render.ts';
import { findTrip, keyOf, memoryOf, providerId, renderRequest, settingsOf } from './state.ts';

const lastPart = ({ path }: WireRequest) => decodeURIComponent(path.split('/').at(-1) ?? '');
const attributesOf = ({ body }: WireRequest) => memberOf(memberOf(body, 'data'), 'attributes');

function placeOrder(world: World, request: WireRequest): WireAnswer {
  const attributes = attributesOf(request);
  const text = memberOf(attributes, 'request_number');
  if (memberOf(attributes, 'request_type') !== 'container')
    return unprocessable('is not included in the list', '/data/attributes/request_type');
  if (memberOf(attributes, 'auto_detect_vocc_scac') !== true && !memberOf(attributes, 'scac'))
    return unprocessable("can't be blank", '/data/attributes/scac');
  const number = typeof text === 'string' ? parseBoxNumber(text)?.full : undefined;
  if (number === undefined) return unprocessable('is invalid', '/data/attributes/request_number');
  const { requested } = memoryOf(world);
  world.look(keyOf(number), 'USLAX');
  const trip = world.tripOf(keyOf(number));
  if (!trip) return refuse(500);
  const made = renderRequest(world, trip);
  if (!requested.has(number)) {
    requested.set(number, world.now());
    return answer(201, { data: renderRequest(world, trip) });
  }
  // A second request of a number is taken and has failed at once.
  const attempt = { ...made.attributes, status: 'failed', failed_reason: 'duplicate' };
  const id = uuidOf(world.seed, providerId, 'duplicate', number, world.now());
  return answer(201, { data: { ...made, id, attributes: attempt, relationships: {} } });
}

function listOrders(world: World, { url }: WireRequest): WireAnswer {
  const wanted = url.searchParams.get('filter[request_number]');
  const { requested } = memoryOf(world);
  const trips = world.tripsOf(providerId).map(({ trip }) => trip);
  const found = trips.filter(({ number }) => requested.has(number) && (wanted ?? number) === number);
  return answer(200, { data: found.map((trip) => renderRequest(world, trip)), links: {} });
}

function showing(what: 'request' | 'shipment' | 'container', show: (world: World, trip: Trip) => object) {
  return (world: World, request: WireRequest): WireAnswer => {
    const trip = findTrip(world, what, lastPart(request));
    const isThere = trip && (what === 'request' || boxState(trip, world.now()).found);
    return isThere ? answer(200, show(world, trip)) : refuse(404);
  };
}

function addWebhook(world: World, request: WireRequest): WireAnswer {
  const attributes = attributesOf(request) ?? request.body;
  const url = memberOf(attributes, 'url');
  const events = memberOf(attributes, 'events');
  if (typeof url !== 'string' || !URL.canParse(url))
    return unprocessable('is invalid', '/data/attributes/url');
  const { webhooks } = memoryOf(world);
  const id = uuidOf(world.seed, providerId, 'webhook', url);
  const wanted = Array.isArray(events) ? events.map(String) : ['*'];
  if (!webhooks.some((one) => one.id === id))
    webhooks.push({ id, url, events: wanted, since: world.now(), told: new Set() });
  const { secret } = settingsOf(world);
  return answer(201, {
    data: { id, type: 'webhook', attributes: { url, active: true, events: wanted, secret } },
  });
}

/** The parts of the vendor's API that a tracer uses. */
export function createRoutes(world: World): Route[] {
  const guarded = (handle: (world: World, request: WireRequest) => WireAnswer) => (request: WireRequest) =>
    request.headers.authorization === `Token ${settingsOf(world).apiKey}`
      ? handle(world, request)
      : refuse(401);
  const ofTrip = (what: 'request' | 'shipment' | 'container') => (request: WireRequest) =>
    [findTrip(world, what, lastPart(request))?.number ?? []].flat();
  const ordered = (request: WireRequest) =>
    [memberOf(attributesOf(request), 'request_number')].flatMap((one) =>
      typeof one === 'string' ? [one] : [],
    );
  const data = { answers: 'data' } as const;
  const stateOf = (trip: Trip) => boxState(trip, world.now());
  return [
    {
      ...data,
      operation: 'request',
      method: 'POST',
      path: '/tracking_requests',
      boxes: ordered,
      handle: guarded(placeOrder),
    },
    {
      ...data,
      operation: 'requests',
      method: 'GET',
      path: '/tracking_requests',
      boxes: () => [],
      handle: guarded(listOrders),
    },
    {
      ...data,
      operation: 'tracking-request',
      method: 'GET',
      path: '/tracking_requests/:id',
      boxes: ofTrip('request'),
      handle: guarded(showing('request', (_world, trip) => ({ data: renderRequest(world, trip) }))),
    },
    {
      ...data,
      operation: 'shipment',
      method: 'GET',
      path: '/shipments/:id',
      boxes: ofTrip('shipment'),
      handle: guarded(
        showing('shipment', (_world, trip) => ({
          data: renderShipment(stateOf(trip)),
          included: [renderContainer(stateOf(trip))],
        })),
      ),
    },
    {
      ...data,
      operation: 'container',
      method: 'GET',
      path: '/containers/:id',
      boxes: ofTrip('container'),
      handle: guarded(
        showing('container', (_world, trip) => ({
          data: renderContainer(stateOf(trip)),
          included: [renderShipment(stateOf(trip))],
        })),
      ),
    },
    {
      ...data,
      operation: 'webhooks',
      method: 'POST',
      path: '/webhooks',
      boxes: () => [],
      handle: guarded(addWebhook),
    },
  ];
}
