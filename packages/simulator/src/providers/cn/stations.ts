import { localTime } from '../../zone.ts';
import type { Site } from '../provider.ts';

/** A place on the railroad: its name there, its province or state, and the words for its time. */
export interface Station extends Site {
  station: string;
  state: string;
  words: ZoneWords;
}

interface ZoneWords {
  generic: string;
  standard: string;
  daylight: string;
  /** Of standard time. */
  offset: string;
}

const pacific: ZoneWords = { generic: 'PT', standard: 'PST', daylight: 'PDT', offset: '-08:00' };
const central: ZoneWords = { generic: 'CT', standard: 'CST', daylight: 'CDT', offset: '-06:00' };
const eastern: ZoneWords = { generic: 'ET', standard: 'EST', daylight: 'EDT', offset: '-05:00' };

const montreal: Station = {
  id: 'MONTREAL',
  name: 'Montreal',
  station: 'MONTREAL TASCH YARD',
  state: 'QC',
  zone: 'America/Toronto',
  words: eastern,
};

/** Intermodal yards. The vendor's page names the one in Montreal; the names of the others are inferred. */
export const stations: readonly Station[] = [
  montreal,
  {
    id: 'TORONTO',
    name: 'Toronto',
    station: 'TORONTO BRAMPTON',
    state: 'ON',
    zone: 'America/Toronto',
    words: eastern,
  },
  {
    id: 'CHICAGO',
    name: 'Chicago',
    station: 'CHICAGO',
    state: 'IL',
    zone: 'America/Chicago',
    words: central,
  },
];

/** Where a box goes unless its journey was set elsewhere. */
export const defaultStation = montreal;

/** Where trains come from, and a place they pass. */
export const origin: Station = {
  id: 'VANCOUVER',
  name: 'Vancouver',
  station: 'VANCOUVER',
  state: 'BC',
  zone: 'America/Vancouver',
  words: pacific,
};
export const wayside: Station = {
  id: 'SIOUXLOOKOUT',
  name: 'Sioux Lookout',
  station: 'SIOUX LOOKOUT',
  state: 'ON',
  zone: 'America/Winnipeg',
  words: central,
};

/** The yard of that id; the default one for an id that is none. */
export function stationOf(id: string | null): Station {
  return stations.find((station) => station.id === id) ?? defaultStation;
}

/** How a box's times are written: to the minute in the zone's words, or to the second in those of the season. */
export type TimeStyle = 'minutes' | 'seconds';

/** `2026-05-04 18:30 ET`, or `2026-05-04 18:30:00 EDT`. */
export function timeAt({ zone, words }: Station, ms: number, style: TimeStyle): string {
  const { date, time, offset } = localTime(ms, zone);
  if (style === 'minutes') return `${date} ${time.slice(0, 5)} ${words.generic}`;
  return `${date} ${time} ${offset === words.offset ? words.standard : words.daylight}`;
}
