import type { EventLocation } from '@envase/contracts';
import { type Row, textOf } from '../kit/fields.ts';
import type { ProviderSite } from '../provider.ts';
import { cnManifest } from './manifest.ts';

/** A place as CN writes it: `Station` and, where its clients saw one, `ProvState`. */
export interface Station {
  /** For comparison: one spelling whatever the blanks and the case. */
  key: string;
  site: ProviderSite | null;
  location: EventLocation & { type: 'rail' };
}

/** The station of a `Location` or `Destination`; null when it names none. */
export function readStation(row: Row): Station | null {
  const name = textOf(row, 'Station');
  if (!name) return null;
  const state = textOf(row, 'ProvState');
  const key = name.toUpperCase().replaceAll(/[^A-Z]/g, '');
  const site = cnManifest.sites.find(({ id }) => key.startsWith(id)) ?? null;
  return {
    key,
    site,
    location: { type: 'rail', siteId: site?.urn ?? null, name: state ? `${name}, ${state}` : name },
  };
}

/** Whether both are known and the same; a yard is told from its city. */
export function isSameStation(one: Station | null, other: Station | null): boolean {
  return one !== null && one.key === other?.key;
}
