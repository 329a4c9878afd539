import { type MilestoneCode, type SourceTime, today } from '@envase/domain';
import type { WeekBox } from './week-boxes.ts';

// Vendors tell minutes, and some leave the seconds out.
const toleranceMs = 60_000;

// These tell an estimate as a date, which stands for the midnight that it begins with.
const tellsDays: ReadonlySet<string> = new Set(['emodal', 'sprintpass_pro']);

/** What a milestone may stand for in the words of the journeys. */
const meanings: Partial<Record<MilestoneCode, readonly string[]>> = {
  'empty-out': ['empty_out'],
  ingated: ['gated_in'],
  loaded: ['loaded', 'transshipment_departed'],
  departed: ['departed', 'transshipment_departed', 'rail_departed'],
  arrived: ['arrived', 'transshipment_arrived', 'rail_arrived'],
  discharged: ['discharged', 'transshipment_arrived', 'deramped'],
  grounded: ['discharged', 'deramped'],
  'rail-loaded': ['rail_departed'],
  'rail-departed': ['rail_departed'],
  'rail-arrived': ['rail_arrived', 'deramped'],
  'rail-unloaded': ['deramped'],
  outgated: ['outgated'],
  delivered: ['outgated'],
  returned: ['empty_returned'],
};

/** Times in the readings of a box that are no time of its journey; a local one taken for UTC is hours away from each. */
export function findWrongTimes(box: WeekBox): string[] {
  const { steps, estimates, appointments } = box.followed;
  const expected = estimates.map(({ at }) => at);
  const truths = (code: MilestoneCode): readonly number[] => {
    if (code === 'eta' || code === 'etd') return expected;
    return steps.flatMap(({ at, marks }) => (marks.some((mark) => meanings[code]?.includes(mark)) ? at : []));
  };
  const isDayOf = (at: number, time: SourceTime) =>
    tellsDays.has(box.providerId) && time.at.startsWith(`${today(at, box.facts.zone)}T00:00:00`);
  const judge = (what: string, time: SourceTime | null, among: readonly number[]) => {
    if (time === null) return [];
    const isTrue = among.some((at) => Math.abs(at - Date.parse(time.at)) < toleranceMs || isDayOf(at, time));
    return isTrue && !time.zoneAssumed ? [] : [`${box.providerId} ${box.siteId} ${what} ${time.at}`];
  };
  return box.readings.flatMap(({ milestones, appointment }) => [
    ...milestones.flatMap(({ code, time }) => judge(code, time, truths(code))),
    ...(appointment ? judge('appointment', appointment.start, appointments) : []),
  ]);
}
