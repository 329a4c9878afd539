import type { EventDoc, TraceDoc } from '@envase/db';
import { unknownState } from '@envase/domain';
import { newEventId } from '@envase/runtime';
import { addResult, addTrace } from './build.ts';
import type { TestApi } from './start-test-api.ts';

const HOUR_MS = 3_600_000;

/** Stores the result that tells first that a box was available and left, so many hours after its discharge. */
export async function addStay(
  api: Pick<TestApi, 'db'>,
  { at = new Date(), siteId = 'USLAX', stayedH = 1, ...changes }: StayOptions = {},
): Promise<void> {
  const now = at.toISOString();
  const recorded = { eventDate: now, date: now, location: null };
  const discharged = new Date(at.getTime() - stayedH * HOUR_MS).toISOString();
  const events = [
    { ...recorded, eventDate: discharged, code: 'discharged', data: { discharged } },
    { ...recorded, code: 'available', data: { available: true } },
    { ...recorded, code: 'outgated', data: { outgated: now } },
  ];
  const payload = { providerId: 'apm', siteId, events, freshness: { stale: false } };
  const trace = { _id: `h${newEventId()}`, orgId: 'org-a', svcId: 'svc-1' };
  await addResult(api, trace, { sequence: 1, createdAt: at, payload, ...changes });
}

interface StayOptions extends Partial<EventDoc> {
  at?: Date;
  siteId?: string;
  stayedH?: number;
}

/** Stores a trace of a box that still stands, with this last free day; default: today. */
export async function addFreeDay(
  api: Pick<TestApi, 'db'>,
  {
    earliest = new Date().toISOString().slice(0, 10),
    ...changes
  }: { earliest?: string } & Partial<TraceDoc> = {},
): Promise<void> {
  const lastFreeDay = { line: null, terminal: earliest, rail: null, earliest };
  await addTrace(api, { number: newEventId(), state: { ...unknownState, lastFreeDay }, ...changes });
}
