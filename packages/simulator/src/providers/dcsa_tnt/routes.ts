import type { z } from 'zod';
import type { World } from '../../world/world.ts';
import type { Route, WireAnswer, WireRequest } from '../provider.ts';
import { dcsaError, versionHeaders } from './errors.ts';
import { candidates, isAllowed, settingsOf, statesOf } from './events.ts';
import type { Place } from './paging.ts';
import { pageHeaders, readCursor } from './paging.ts';
import type { EventQuery } from './query.ts';
import { filterEvents, querySchema, sortEvents } from './query.ts';
import { renderEvents } from './render.ts';
import { createSubscriptionRoutes } from './subscriptions.ts';

function references(request: WireRequest): string[] {
  return [request.url.searchParams.get('equipmentReference') ?? []].flat();
}

function placeOf(world: World, query: EventQuery): Place | null {
  if (query.cursor !== undefined) return readCursor(query.cursor);
  return { offset: 0, limit: query.limit ?? 100, asOf: world.now() };
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
  const style = settingsOf(world);
  const states = statesOf(trips, query, place.asOf);
  if (states.length === 0 && style.notFound === '404') return dcsaError(request, { status: 404, at });
  const events = sortEvents(filterEvents(states.flatMap(renderEvents), query), query.sort);
  return {
    status: 200,
    headers: { ...versionHeaders, ...pageHeaders(request, place, { total: events.length, style }) },
    body: events.slice(place.offset, place.offset + place.limit),
  };
}

/** Both halves of the standard: events that are asked for, and subscriptions. */
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
    ...createSubscriptionRoutes(world),
  ];
}
