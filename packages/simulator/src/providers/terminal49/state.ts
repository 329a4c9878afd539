import { z } from 'zod';
import type { BoxState, Trip } from '../../journey/box-state.ts';
import { boxState } from '../../journey/box-state.ts';
import type { World } from '../../world/world.ts';
import { readSettings } from '../provider.ts';
import { idsOf, type Resource } from './render.ts';

export const providerId = 'terminal49';

export const terminal49Settings = z.strictObject({
  apiKey: z.string().min(1).default('simulated-terminal49-key'),
  secret: z.string().min(1).default('simulated-terminal49-secret'),
  /** A new request stays `pending` this long, in real time. */
  pendingSeconds: z.number().min(0).default(0),
  /** Every notification comes twice. */
  duplicates: z.boolean().default(false),
  /** No notification is sent at all: only polling shows what happened. */
  silent: z.boolean().default(false),
});

export const settingsOf = (world: World) => readSettings(world, providerId, terminal49Settings);

export interface Webhook {
  id: string;
  url: string;
  events: readonly string[];
  since: number;
  /** What it was told. */
  told: Set<string>;
}

/** What a world remembers for this vendor beside the journeys: it ends with the process. */
interface Memory {
  /** When each box was asked to be tracked. */
  requested: Map<string, number>;
  webhooks: Webhook[];
}

const memories = new WeakMap<World, Memory>();

export function memoryOf(world: World): Memory {
  const known = memories.get(world);
  if (known) return known;
  const made: Memory = { requested: new Map(), webhooks: [] };
  memories.set(world, made);
  return made;
}

export const keyOf = (number: string) => ({ providerId, kind: 'terminal', number }) as const;

/** A journey by the id of its request, shipment or container. */
export function findTrip(world: World, what: 'request' | 'shipment' | 'container', id: string): Trip | null {
  const trips = world.tripsOf(providerId).map(({ trip }) => trip);
  return trips.find((trip) => idsOf(trip.seed, trip.number)[what] === id) ?? null;
}

const unknownAfterMinutes = 60;

function statusOf(world: World, trip: Trip, state: BoxState) {
  const requestedAt = memoryOf(world).requested.get(trip.number) ?? trip.startAt;
  if (world.now() - requestedAt < settingsOf(world).pendingSeconds * 1_000) return { status: 'pending' };
  if (state.found) return { status: 'created' };
  if (trip.script.end !== 'not_found') return { status: 'awaiting_manifest' };
  const minutes = ((world.now() - trip.startAt) * trip.speed) / 60_000;
  return minutes < unknownAfterMinutes
    ? { status: 'pending' }
    : { status: 'failed', failed_reason: 'not_found' };
}

/** The tracking request of a box. */
export function renderRequest(world: World, trip: Trip): Resource {
  const state = boxState(trip, world.now());
  const ids = idsOf(trip.seed, trip.number);
  const status = statusOf(world, trip, state);
  const tracked = status.status === 'created' ? { id: ids.shipment, type: 'shipment' } : null;
  const attributes = {
    request_number: trip.number,
    request_type: 'container',
    scac: state.facts.lineScac,
    failed_reason: null,
    is_retrying: false,
    retry_count: null,
    ...status,
  };
  return {
    id: ids.request,
    type: 'tracking_request',
    attributes,
    relationships: { tracked_object: { data: tracked } },
  };
}
