import type { Site } from '../provider.ts';

/** A hub: its nine-letter station name and state. */
export interface Station extends Site {
  state: string;
}

const alliance: Station = { id: 'ALLIANCE', state: 'TX', name: 'Alliance', zone: 'America/Chicago' };
const losAngeles: Station = {
  id: 'LOSANGELE',
  state: 'CA',
  name: 'Los Angeles',
  zone: 'America/Los_Angeles',
};
const chicago: Station = { id: 'CHICAGO', state: 'IL', name: 'Chicago Corwith', zone: 'America/Chicago' };

export const stations: readonly Station[] = [alliance, losAngeles, chicago];

/** Where a box goes unless its journey was set elsewhere. */
export const defaultStation = alliance;

/** A place trains pass on the way. */
export const wayside = { id: 'CLOVIS', state: 'NM', zone: 'America/Denver' };

/** The hub of that name; the default one for a name that is none. */
export function stationOf(id: string | null): Station {
  return stations.find((station) => station.id === id) ?? defaultStation;
}

/** Where a train to a hub comes from. */
export function originOf(destination: Station): Station {
  return destination.id === losAngeles.id ? alliance : losAngeles;
}
