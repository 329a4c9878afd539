import { createHmac } from 'node:crypto';
import { uuidOf } from '../../hash.ts';
import type { BoxState, Happening, Trip } from '../../journey/box-state.ts';
import { boxState } from '../../journey/box-state.ts';
import type { Milestone } from '../../journey/script.ts';
import type { Outgoing } from '../../notifications/post-office.ts';
import type { World } from '../../world/world.ts';
import { idsOf, type Resource, renderContainer, renderShipment } from './render.ts';
import { memoryOf, providerId, renderRequest, settingsOf, type Webhook } from './state.ts';

const transports: Partial<Record<Milestone, string>> = {
  announced: 'container.created',
  loaded: 'container.transport.vessel_loaded',
  departed: 'container.transport.vessel_departed',
  arrived: 'container.transport.vessel_arrived',
  discharged: 'container.transport.vessel_discharged',
  appointment_made: 'container.pickup_appointment.changed',
  outgated: 'container.transport.full_out',
  empty_returned: 'container.transport.empty_in',
};

/** The event by which a step of a journey is told; a change without a milestone is an update. */
function eventOf({ marks }: Happening): string {
  return marks.flatMap((mark) => transports[mark] ?? [])[0] ?? 'container.updated';
}

function messageOf(
  about: { world: World; hook: Webhook; trip: Trip },
  told: { key: string; event: string; included: Resource[] },
): Outgoing {
  const { world, hook, trip } = about;
  const id = uuidOf(trip.seed, providerId, 'notification', hook.id, told.key);
  const [subject] = told.included;
  const body = JSON.stringify({
    data: {
      id,
      type: 'webhook_notification',
      attributes: {
        event: told.event,
        delivery_status: 'pending',
        created_at: new Date(world.now()).toISOString(),
      },
      relationships: {
        webhook: { data: { id: hook.id, type: 'webhook' } },
        reference_object: { data: subject && { id: subject.id, type: subject.type } },
      },
    },
    included: told.included,
  });
  const signature = createHmac('sha256', settingsOf(world).secret).update(body).digest('hex');
  const headers = { 'content-type': 'application/json', 'x-t49-webhook-signature': signature };
  return { id, url: hook.url, headers, body };
}

function includedOf(state: BoxState, event: string): Resource[] {
  const container = renderContainer(state);
  const ids = idsOf(state.seed, state.number);
  const type = event === 'container.updated' ? 'container_updated_event' : 'transport_event';
  const related = { container: { data: { id: ids.container, type: 'container' } } };
  const subject: Resource = {
    id: uuidOf(state.seed, providerId, event, state.number, state.now),
    type,
    attributes: {
      event,
      timestamp: new Date(state.now).toISOString(),
      timezone: 'America/Los_Angeles',
      data_source: 'terminal',
    },
    relationships: related,
  };
  // An appointment's change comes without the container: it must be read.
  if (event === 'container.pickup_appointment.changed') return [subject];
  return [subject, container, renderShipment(state)];
}

function tellOf(world: World, hook: Webhook, trip: Trip): Outgoing[] {
  const state = boxState(trip, world.now());
  const request = renderRequest(world, trip);
  const about = { world, hook, trip };
  const told: Outgoing[] = [];
  const tell = (key: string, event: string, included: Resource[]) => {
    if (hook.told.has(key) || !(hook.events.includes('*') || hook.events.includes(event))) return;
    hook.told.add(key);
    told.push(messageOf(about, { key, event, included }));
  };
  const { status } = request.attributes;
  const trial = `${trip.number} ${trip.startAt}`;
  if (status === 'created')
    tell(`${trial} request`, 'tracking_request.succeeded', [
      request,
      renderContainer(state),
      renderShipment(state),
    ]);
  if (status === 'failed') tell(`${trial} request`, 'tracking_request.failed', [request]);
  if (status === 'awaiting_manifest')
    tell(`${trial} manifest`, 'tracking_request.awaiting_manifest', [request]);
  if (status !== 'created') return told;
  for (const happening of state.history)
    if (happening.step !== 'unknown')
      tell(`${trial} ${happening.step}`, eventOf(happening), includedOf(state, eventOf(happening)));
  return told;
}

/** Tells every web-hook of every box that was asked to be tracked, once per step of its journey. */
export function createNotifier(world: World): () => Outgoing[] {
  return () => {
    const { webhooks, requested } = memoryOf(world);
    const { duplicates, silent } = settingsOf(world);
    if (silent) return [];
    const trips = world
      .tripsOf(providerId)
      .map(({ trip }) => trip)
      .filter(({ number }) => requested.has(number));
    const told = webhooks.flatMap((hook) => trips.flatMap((trip) => tellOf(world, hook, trip)));
    return duplicates ? told.flatMap((one) => [one, one]) : told;
  };
}
