import type { Milestone } from '@envase/domain';
import { memberOf, rowsOf, textOf } from '../kit/fields.ts';
import { readDate, readTime } from '../kit/times.ts';
import { activities } from './codes.ts';
import { type Reading, vesselOf } from './reading.ts';

/** What has happened, each once: by the dated activity, and by the status where no activity tells it. */
export function readMoves(reading: Reading): Milestone[] {
  const moves = new Map<string, Milestone>();
  const told = [...readVessel(reading), ...readActivity(reading), ...readPresent(reading)];
  for (const move of told) if (!moves.get(move.code)?.time) moves.set(move.code, move);
  if (moves.has('arrived') || moves.has('discharged')) moves.delete('eta');
  return [...moves.values()];
}

function readPresent({ status, place }: Reading): Milestone[] {
  const { code, mode } = status;
  return code ? [{ code, time: null, location: place, ...(mode && { mode }) }] : [];
}

/** Events with their times, the last word of each. One without a time is known and undated: nothing can be told of it. */
function readActivity({ unit, place, zone, drift }: Reading): Milestone[] {
  return rowsOf(memberOf(unit, 'activity'))
    .flatMap((row): Milestone[] => {
      const code = textOf(row, 'event_cd')?.toUpperCase() ?? '';
      if (!Object.hasOwn(activities, code)) drift.note('event_cd', code);
      const meaning = Object.hasOwn(activities, code) ? activities[code] : null;
      const text = textOf(row, 'event_dttm');
      const time = readTime(text, zone);
      if (!time) drift.note('event_dttm', text);
      return meaning && time ? [{ ...meaning, time, location: place }] : [];
    })
    .toReversed();
}

/** The days of a vessel. One expected counts from its beginning, for no hour is told; of one that arrived none is made up. */
function readVessel({ here, place, zone, drift }: Reading): Milestone[] {
  const vessel = vesselOf(here);
  const dayOf = (member: string) => {
    const text = textOf(vessel, member);
    const day = readDate(text);
    if (day === null) drift.note(member, text);
    return day;
  };
  const [expected, actual] = [dayOf('estarrival_dt'), dayOf('actarrival_dt')];
  const about = { location: place, mode: 'vessel' } as const;
  if (actual !== null) return [{ code: 'arrived', time: null, ...about }];
  const time = readTime(expected && `${expected}T00:00:00`, zone);
  return time ? [{ code: 'eta', time, ...about }] : [];
}
