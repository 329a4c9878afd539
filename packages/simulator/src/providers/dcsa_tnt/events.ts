import { z } from 'zod';
import type { BoxState, Trip } from '../../journey/box-state.ts';
import { boxState } from '../../journey/box-state.ts';
import type { World } from '../../world/world.ts';
import type { WireRequest } from '../provider.ts';
import { readSettings } from '../provider.ts';
import type { EventQuery } from './query.ts';
import { filterEvents } from './query.ts';
import type { DcsaEvent } from './render.ts';
import { renderEvents } from './render.ts';

/** Settings of `dcsa_tnt`: what differs from carrier to carrier and is not in the standard. */
export const dcsaSettings = z.strictObject({
  keyHeader: z.string().min(1).default('API-Key'),
  apiKey: z.string().min(1).default('simulated-dcsa-key'),
  pageLinks: z.enum(['link', 'cursor']).default('link'),
  /** Whether an unknown box is an empty list (the standard) or a 404 (some carriers). */
  notFound: z.enum(['empty', '404']).default('empty'),
  /** Every notification comes twice. */
  duplicates: z.boolean().default(false),
  /** No notification is sent at all: only polling shows what happened. */
  silent: z.boolean().default(false),
});

export const settingsOf = (world: World) => readSettings(world, 'dcsa_tnt', dcsaSettings);

export function isAllowed(world: World, request: WireRequest): boolean {
  const { keyHeader, apiKey } = settingsOf(world);
  return request.headers[keyHeader.toLowerCase()] === apiKey;
}

/** The journeys a query may be about. A box that is named becomes known by it; the numbers of documents find only known ones. */
export function candidates(world: World, number: string | undefined): Trip[] {
  if (number === undefined) return world.tripsOf('dcsa_tnt').map(({ trip }) => trip);
  if (!/^[A-Z]{4}\d{7}$/.test(number)) return [];
  const key = { providerId: 'dcsa_tnt', kind: 'line', number } as const;
  world.look(key, 'USLAX');
  return [world.tripOf(key) ?? []].flat();
}

/** The boxes of these journeys that are known at a moment and have the documents that are named. */
export function statesOf(trips: readonly Trip[], query: EventQuery, asOf: number): BoxState[] {
  const { transportDocumentReference: bill, carrierBookingReference: booking } = query;
  return trips
    .map((trip) => boxState(trip, asOf))
    .filter(({ found, facts }) => {
      const { billOfLading, bookingNumber } = facts;
      return found && (bill ?? billOfLading) === billOfLading && (booking ?? bookingNumber) === bookingNumber;
    });
}

/** Every event of a moment that satisfies a query. */
export function eventsOf(world: World, query: EventQuery, asOf: number): DcsaEvent[] {
  const states = statesOf(candidates(world, query.equipmentReference), query, asOf);
  return filterEvents(states.flatMap(renderEvents), query);
}
