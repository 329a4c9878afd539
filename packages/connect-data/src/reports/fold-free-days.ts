import type { LastFreeDayRow, StatusEvent } from '@envase/contracts';
import type { FreeDayTrace } from '@envase/db';
import { daysBetween } from './days.ts';
import { createGroups, type Fold } from './fold.ts';
import { timeOf } from './measure-time.ts';
import { type FindSiteId, isWanted, keyOfPlace, type Place, placeOf } from './place.ts';

type Outcome = 'onTime' | 'late' | 'standing' | 'unknown';

/** What became of boxes with a last free day: rows of every such day, oldest first. */
export function foldFreeDays(
  wanted: Partial<Place>,
  findSiteId: FindSiteId,
): Fold<FreeDayTrace, LastFreeDayRow> {
  const createDay = () =>
    createGroups(keyOfPlace, () => ({
      containers: 0,
      onTime: 0,
      late: 0,
      standing: 0,
      unknown: 0,
      lateDays: 0,
    }));
  const days = new Map<string, ReturnType<typeof createDay>>();
  return {
    add({ providerId, siteId, tracing, state }) {
      const date = state.lastFreeDay.earliest;
      const place = placeOf({ providerId, siteId, destination: state.destination }, findSiteId);
      if (date === null || !isWanted(place, wanted)) return;
      const day = days.get(date) ?? createDay();
      days.set(date, day);
      const figures = day.of(place);
      const { outcome, lateDays } = judge(state.events, { date, tracing });
      figures.containers += 1;
      figures[outcome] += 1;
      figures.lateDays += lateDays;
    },
    rows: () =>
      [...days]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([date, day]) =>
          day.inOrder().map(({ group, figures }) => ({ date, ...group, ...figures })),
        ),
  };
}

function judge(
  events: readonly StatusEvent[],
  { date, tracing }: { date: string; tracing: boolean },
): { outcome: Outcome; lateDays: number } {
  const left = events.find(({ code }) => code === 'outgated');
  if (!left) return { outcome: tracing ? 'standing' : 'unknown', lateDays: 0 };
  const leftOn = localDate(left);
  if (leftOn === null) return { outcome: 'unknown', lateDays: 0 };
  const lateDays = Math.max(0, daysBetween(date, leftOn));
  return { outcome: lateDays > 0 ? 'late' : 'onTime', lateDays };
}

/** The date at the place, as a last free day is: a time carries the offset of its site (contract s4). */
function localDate({ data }: StatusEvent): string | null {
  return timeOf(data, 'outgated') === null ? null : String(data.outgated).slice(0, 10);
}
