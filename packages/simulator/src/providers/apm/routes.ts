import type { BoxState, Trip } from '../../journey/box-state.ts';
import type { JourneyKind } from '../../journey/script.ts';
import type { World } from '../../world/world.ts';
import type { Route, Site, WireAnswer, WireRequest } from '../provider.ts';
import { renderBooking } from './booking.ts';
import { apiError } from './errors.ts';
import { renderEmptyReturn, renderEventHistory, renderImportAvailability } from './render.ts';
import { findApmSite } from './sites.ts';
import type { TokenDesk } from './token.ts';
import { createTokenDesk } from './token.ts';

const batchSize = 50;

function assetIds(request: WireRequest): string[] {
  const ids = (request.url.searchParams.get('assetId') ?? '').split(',');
  return [...new Set(ids.map((id) => id.trim()).filter((id) => id !== ''))];
}

interface Question {
  operation: string;
  path: string;
  kind: Extract<JourneyKind, 'terminal' | 'booking'>;
  rows(state: BoxState, trip: Trip, zone: string): unknown[];
  /** The specification shows a bare object for one answer of this operation. */
  objectForOne?: true;
}

// Only what can be a number of that kind is looked for; anything else is absent, like an unknown box.
const shapes = { terminal: /^[A-Z]{4}\d{7}$/, booking: /^[A-Z0-9/-]{1,35}$/ };

function rowsAt(world: World, question: Question, site: Site, ids: string[]): unknown[] {
  return ids.flatMap((id) => {
    const number = id.toUpperCase();
    if (!shapes[question.kind].test(number)) return [];
    const key = { providerId: 'apm', kind: question.kind, number };
    const state = world.look(key, site.id);
    const trip = world.tripOf(key);
    if (!state.found || state.site !== site.id || !trip) return [];
    return question.rows(state, trip, site.zone);
  });
}

function answer(world: World, desk: TokenDesk, question: Question, request: WireRequest): WireAnswer {
  const refused = desk.refuse(request);
  if (refused) return refused;
  const ids = assetIds(request);
  if (ids.length === 0) return apiError(400, 'assetId is required');
  if (ids.length > batchSize) return apiError(400, `assetId holds more than ${batchSize} values`);
  const code = request.url.searchParams.get('facilityCode') ?? '';
  const site = findApmSite(code, question.kind === 'booking' ? 'bookings' : 'containers');
  if (!site) return apiError(400, 'facilityCode is missing or unknown');
  const rows = rowsAt(world, question, site, ids);
  const bare = question.objectForOne && ids.length === 1 && rows.length === 1;
  return { status: 200, body: bare ? rows[0] : rows };
}

const questions: readonly Question[] = [
  {
    operation: 'import-availability',
    path: '/import-availability',
    kind: 'terminal',
    rows: (state, _trip, zone) => [renderImportAvailability(state, zone)],
  },
  {
    operation: 'container-event-history',
    path: '/container-event-history',
    kind: 'terminal',
    rows: (state, _trip, zone) => [renderEventHistory(state, zone)],
  },
  {
    operation: 'empty-container-returns',
    path: '/empty-container-returns',
    kind: 'terminal',
    rows: (state, _trip, zone) => [renderEmptyReturn(state, zone)],
    objectForOne: true,
  },
  { operation: 'booking-enquiry', path: '/booking-enquiry', kind: 'booking', rows: renderBooking },
];

/** The vendor's paths: one for tokens, four for questions. */
export function createRoutes(world: World): Route[] {
  const desk = createTokenDesk(world);
  const token: Route = {
    operation: 'token',
    method: 'POST',
    path: '/oauth/client_credential/accesstoken',
    answers: 'token',
    boxes: () => [],
    handle: (request) => desk.issue(request),
  };
  const data = questions.map(
    (question): Route => ({
      operation: question.operation,
      method: 'GET',
      path: question.path,
      answers: 'data',
      boxes: assetIds,
      handle: (request) => answer(world, desk, question, request),
    }),
  );
  return [token, ...data];
}
