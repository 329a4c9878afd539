import { findSite } from '../sites.ts';
import { bnsfManifest } from './manifest.ts';

// States and provinces that lie in one zone, at least where the railroad runs.
const zones: Readonly<Record<string, string>> = {
  ...spread('America/New_York', ['GA', 'NY', 'NJ', 'OH', 'PA']),
  ...spread('America/Chicago', ['AL', 'AR', 'IA', 'IL', 'LA', 'MN', 'MO', 'MS', 'OK', 'WI']),
  ...spread('America/Denver', ['CO', 'MT', 'NM', 'UT', 'WY']),
  ...spread('America/Phoenix', ['AZ']),
  ...spread('America/Los_Angeles', ['CA', 'WA']),
  ...spread('America/Winnipeg', ['MB']),
};

// Stations in states that two zones share.
const stations: Readonly<Record<string, string>> = {
  'ALLIANCE TX': 'America/Chicago',
  'AMARILLO TX': 'America/Chicago',
  'DALLAS TX': 'America/Chicago',
  'HOUSTON TX': 'America/Chicago',
  'MEMPHIS TN': 'America/Chicago',
  'OMAHA NE': 'America/Chicago',
  'PORTLAND OR': 'America/Los_Angeles',
};

/** The IANA zone of a station by its nine-letter name and state; null where that does not tell it. */
export function zoneOfStation(station: string | null, state: string | null): string | null {
  const key = `${station?.toUpperCase() ?? ''} ${state?.toUpperCase() ?? ''}`;
  if (Object.hasOwn(stations, key)) return stations[key] ?? null;
  const code = state?.toUpperCase() ?? '';
  return Object.hasOwn(zones, code) ? (zones[code] ?? null) : null;
}

/** A station as results show it; null when the railroad names none. */
export function placeOfStation(station: string | null, state: string | null) {
  if (!station) return null;
  const site = findSite(bnsfManifest, station);
  const isSite = site !== null && (state === null || site.name.endsWith(`, ${state.toUpperCase()}`));
  return {
    type: 'rail' as const,
    siteId: isSite ? site.urn : null,
    name: state ? `${station}, ${state}` : station,
  };
}

function spread(zone: string, states: readonly string[]): Record<string, string> {
  return Object.fromEntries(states.map((state) => [state, zone]));
}
