import type { EventLocation } from '@envase/contracts';
import type { MilestoneCode, SourceTime } from '@envase/domain';
import { type Drift, memberOf, type Row, rowOf, textOf } from '../kit/fields.ts';
import { instantOf, readTime } from '../kit/times.ts';
import { readJourneyEvent } from './journey-event.ts';

/** A fact that a milestone tells besides where the box is. */
export type Standing = 'available' | 'lfd' | 'hold' | 'release';

export interface VizionMilestone {
  code: MilestoneCode | Standing;
  /** What is held or released. */
  about: 'customs' | 'freight' | 'terminal' | 'line' | null;
  time: SourceTime | null;
  atMs: number;
  location: EventLocation | null;
  mode: 'vessel' | 'rail' | null;
  row: Row;
}

type Meaning = Pick<VizionMilestone, 'code'> & { about?: VizionMilestone['about'] };
const silent = null;

/** The vendor's standard words, lower case; `null`: known, and nothing we tell. */
const words: readonly [RegExp, Meaning | null][] = [
  [/transshipment|feeder|barge|truck|car spot|destuffed/, silent],
  [/^gate out from origin port|^gate out \(origin, empty\)/, { code: 'empty-out' }],
  [/^gate in empty/, { code: 'returned' }],
  [/^gate in/, { code: 'ingated' }],
  [/^loaded on vessel/, { code: 'loaded' }],
  [/^estimated vessel departure/, { code: 'etd' }],
  [/^vessel depart/, { code: 'departed' }],
  [/^estimated (vessel arrival|arrival)/, { code: 'eta' }],
  [/^vessel arrived at destination/, { code: 'arrived' }],
  [/^vessel (berthed|unloading)/, silent],
  [/^discharged from vessel/, { code: 'discharged' }],
  [/^(container )?available for/, { code: 'available' }],
  [/^free time to expire/, { code: 'lfd' }],
  [/^customs (hold )?release/, { code: 'release', about: 'customs' }],
  [/^customs hold/, { code: 'hold', about: 'customs' }],
  [/^freight hold release/, { code: 'release', about: 'freight' }],
  [/^freight hold/, { code: 'hold', about: 'freight' }],
  [/^terminal hold release/, { code: 'release', about: 'terminal' }],
  [/^terminal hold/, { code: 'hold', about: 'terminal' }],
  [/^carrier release/, { code: 'release', about: 'line' }],
  [/^gate out (from destination|at port of destination)/, { code: 'outgated' }],
  [/^loaded on rail/, { code: 'rail-loaded' }],
  [/rail departure$|^rail departed/, { code: 'rail-departed' }],
  [/^rail arrived|rail arrival$/, { code: 'rail-arrived' }],
  [/^(discharged|unloaded) from rail/, { code: 'rail-unloaded' }],
  [/^delivered/, { code: 'delivered' }],
];

/** One milestone in our words; null for what we do not tell. A planned one is a forecast: only arrivals and departures count. */
export function readMilestone(row: Row, drift: Drift): VizionMilestone | null {
  const meaning = readMeaning(row, drift);
  const code = meaning && memberOf(row, 'planned') === true ? forecastOf(meaning.code) : meaning?.code;
  if (!code) return null;
  const place = rowOf(row, 'location');
  const time = readTime(textOf(row, 'timestamp'), textOf(place, 'timezone'));
  if (!time) {
    drift.note('timestamp', memberOf(row, 'timestamp'));
    return null;
  }
  const mode = modeOf(code, row);
  const name = textOf(place, 'facility') ?? textOf(place, 'name');
  const location =
    name === null ? null : ({ type: mode === 'rail' ? 'rail' : 'terminal', siteId: null, name } as const);
  return { code, about: meaning?.about ?? null, time, atMs: instantOf(time), location, mode, row };
}

function readMeaning(row: Row, drift: Drift): Meaning | null {
  const said = readJourneyEvent(row, drift);
  return said === undefined ? readWords(row, drift) : said && { code: said };
}

const ofVessels: ReadonlySet<string> = new Set(['eta', 'etd', 'arrived', 'departed', 'loaded', 'discharged']);

function modeOf(code: VizionMilestone['code'], row: Row): VizionMilestone['mode'] {
  const isRail = code.startsWith('rail-') || textOf(rowOf(row, 'journey_event'), 'transport_mode') === 'RAIL';
  if (isRail) return 'rail';
  return ofVessels.has(code) ? 'vessel' : null;
}

function forecastOf(code: VizionMilestone['code']): 'eta' | 'etd' | null {
  if (code === 'arrived' || code === 'eta' || code === 'rail-arrived') return 'eta';
  return code === 'departed' || code === 'etd' ? 'etd' : null;
}

function readWords(row: Row, drift: Drift): Meaning | null {
  const text = textOf(row, 'description')?.toLowerCase() ?? '';
  const found = words.find(([pattern]) => pattern.test(text));
  if (!found) drift.note('description', text);
  return found?.[1] ?? null;
}
