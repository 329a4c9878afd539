import { z } from 'zod';
import type { BoxState, Trip } from '../../journey/box-state.ts';
import { boxState } from '../../journey/box-state.ts';
import type { World } from '../../world/world.ts';
import type { Route, WireAnswer, WireRequest } from '../provider.ts';
import { readSettings } from '../provider.ts';
import { dcsaError, versionHeaders } from './errors.ts';
import type { Place } from './paging.ts';
import { pageHeaders, readCursor } from './paging.ts';
import type { EventQuery } from './query.ts';
import { filterEvents, querySchema, sortEvents } from './query.ts';
import { renderEvents } from './render.ts';

/** Settings of `dcsa_tnt`: what differs from carrier to carrier and is not in the standard. */
export const dcsaSettings = z.strictObject({
  keyHeader: z.string().min(1).default('API-Key'),
  apiKey: z.string().min(1).default('simulated-dcsa-key'),
  pageLinks: z.enum(['link', 'cursor']).default('link'),
  /** Whether an unknown box is an empty list (the standard) or a 404 (some carriers). */
  notFound: z.enum(['empty', '404']).default('empty'),
});

function references(request: WireRequest): string[] {
  return [request.url.searchParams.get('equipmentReference') ?? []].flat();
}

// A box that is named becomes known by it; the numbers of documents find only boxes that are known.
function candidates(world: World, number: string | undefined): Trip[] {
  if (number === undefined) return world.tripsOf('dcsa_tnt').map(({ trip }) => trip);
  if (!/^[A-Z]{4}\d{7}$/.test(number)) return [];
  const key = { providerId: 'dcsa_tnt', kind: 'line', number } as const;
  world.look(key, 'USLAX');
  return [world.tripOf(key) ?? []].flat();
}

function statesOf(trips: readonly Trip[], query: EventQuery, asOf: number): BoxState[] {
  const { transportDocumentReference: bill, carrierBookingReference: booking } = query;
  return trips
    .map((trip) => boxState(trip, asOf))
    .filter(({ found, facts }) => {
      const { billOfLading, bookingNumber } = facts;
      return found && (bill ?? billOfLading) === billOfLading && (booking ?? bookingNumber) === bookingNumber;
    });
}

function placeOf(world: World, query: EventQuery): Place | null {
  if (query.cursor !== undefined) return readCursor(query.cursor);
  return { offset: 0, limit: query.limit ?? 100, asOf: world.now() };
}

function isAllowed(world: World, request: WireRequest): boolean {
  const { keyHeader, apiKey } = readSettings(world, 'dcsa_tnt', dcsaSettings);
  return request.headers[keyHeader.toLowerCase()] === apiKey;
}

const identifying = ['equipmentReference', 'transportDocumentReference', 'carrierBookingReference'] as const;

function problemOf(request: WireRequest, parsed: z.ZodSafeParseResult<EventQuery>): string | null {
  const version = request.headers['api-version'];
  if (version !== undefined && version !== '2') return `API-Version ${String(version)} is not served, only 2`;
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim();
  }
  const named = identifying.some((name) => parsed.data[name] !== undefined);
  return named ? null : `The request did not contain one of ${identifying.join(', ')}`;
}

function answer(world: World, request: WireRequest): WireAnswer {
  const at = world.now();
  if (!isAllowed(world, request)) return dcsaError(request, { status: 401, at });
  const parsed = querySchema.safeParse(Object.fromEntries(request.url.searchParams));
  const problem = problemOf(request, parsed);
  if (problem !== null || !parsed.success)
    return dcsaError(request, { status: 400, at, message: problem ?? undefined });
  const query = parsed.data;
  // Before the moment of the answer is taken: the first question begins a journey.
  const trips = candidates(world, query.equipmentReference);
  const place = placeOf(world, query);
  if (!place) return dcsaError(request, { status: 400, at, message: 'cursor is not valid' });
  const style = readSettings(world, 'dcsa_tnt', dcsaSettings);
  const states = statesOf(trips, query, place.asOf);
  if (states.length === 0 && style.notFound === '404') return dcsaError(request, { status: 404, at });
  const events = sortEvents(filterEvents(states.flatMap(renderEvents), query), query.sort);
  return {
    status: 200,
    headers: { ...versionHeaders, ...pageHeaders(request, place, { total: events.length, style }) },
    body: events.slice(place.offset, place.offset + place.limit),
  };
}

/** The polling half of the standard. */
export function createRoutes(world: World): Route[] {
  return [
    {
      operation: 'events',
      method: 'GET',
      path: '/v2/events',
      answers: 'data',
      boxes: references,
      handle: (request) => answer(world, request),
    },
  ];
}
