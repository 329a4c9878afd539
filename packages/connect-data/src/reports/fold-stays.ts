import type { DwellRow, StatusEvent } from '@envase/contracts';
import type { ToldEvent } from '@envase/db';
import { createGroups, type Fold } from './fold.ts';
import { findNewEvent, startOfStay, timeOf } from './measure-time.ts';
import { type FindSiteId, isWanted, keyOfPlace, type Place, placeOf } from './place.ts';
import { summarizeDurations } from './summarize-durations.ts';

export interface StayOptions {
  date: string;
  /** What ends the measured time. */
  until: 'outgated' | 'available';
  wanted: Partial<Place>;
  findSiteId: FindSiteId;
}

/**
 * Boxes whose leaving, or being available, was told on a day, and how long after their discharge it was. Available carries no time
 * of its own: what counts is when it was first seen, so a box that was held again counts again.
 */
export function foldStays({ date, until, wanted, findSiteId }: StayOptions): Fold<ToldEvent, DwellRow> {
  const groups = createGroups(keyOfPlace, (): { containers: number; durations: number[] } => ({
    containers: 0,
    durations: [],
  }));
  const isRepeated = createIsRepeated();
  return {
    add(told) {
      const end = findNewEvent(told, until);
      const place = placeOf(told.payload, findSiteId);
      if (!end || !isWanted(place, wanted) || isRepeated(told)) return;
      const figures = groups.of(place);
      figures.containers += 1;
      const duration = measure(told.payload.events ?? [], end);
      if (duration !== null) figures.durations.push(duration);
    },
    rows: () =>
      groups.inOrder().map(({ group, figures: { containers, durations } }) => ({
        date,
        ...group,
        containers,
        measured: durations.length,
        ...summarizeDurations(durations),
      })),
  };
}

function measure(events: readonly StatusEvent[], end: StatusEvent): number | null {
  const from = startOfStay(events);
  const to = end.code === 'available' ? Date.parse(end.eventDate) : timeOf(end.data, end.code);
  return from === null || to === null || to < from ? null : to - from;
}

/** Two results of one settling both tell what was recorded then; they stand together. */
function createIsRepeated(): (told: ToldEvent) => boolean {
  let moment = Number.NaN;
  const seen = new Set<string>();
  return ({ traceId, createdAt }) => {
    if (createdAt.getTime() !== moment) seen.clear();
    moment = createdAt.getTime();
    const isSeen = traceId !== null && seen.has(traceId);
    if (traceId !== null) seen.add(traceId);
    return isSeen;
  };
}
