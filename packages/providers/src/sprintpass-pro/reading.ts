import type { EventLocation } from '@envase/contracts';
import { type Drift, memberOf, type Row, rowOf, rowsOf, textOf } from '../kit/fields.ts';
import type { MapContext, ProviderManifest } from '../provider.ts';
import { findSite } from '../sites.ts';
import { type StatusMeaning, statuses } from './codes.ts';
import { readStatus } from './status.ts';

/** One notification while it is mapped. */
export interface Reading {
  unit: Row;
  /** The location that is active, else the first. */
  here: Row;
  place: EventLocation | null;
  zone: string | null;
  status: StatusMeaning;
  drift: Drift;
}

interface About {
  manifest: ProviderManifest;
  context: MapContext;
  drift: Drift;
}

/** What a notification says of where the box is. */
export function readUnit(unit: Row, { manifest, context, drift }: About): Reading {
  const locations = rowsOf(memberOf(unit, 'locations'));
  const here =
    locations.find((one) => textOf(one, 'locationstatus_cd')?.toUpperCase() === 'ACT') ?? locations[0] ?? {};
  const port = textOf(here, 'port_cd');
  const site = findSite(manifest, port ?? context.siteId);
  if (!site) drift.note('port_cd', port);
  const name = textOf(here, 'facility_nm') ?? textOf(here, 'facility_cd') ?? site?.name ?? port;
  const place = name === null ? null : ({ type: 'terminal', siteId: site?.urn ?? null, name } as const);
  // A port that is not known may lie anywhere, whatever was published.
  const zone = site?.timeZone ?? (port === null ? context.zone : null);
  const status = statuses[readStatus(rowOf(unit, 'unitstatusinfo'), drift) ?? ''] ?? {};
  return { unit, here, place, zone, status, drift };
}

/** The vessel that a box came with; of any other carrier none. */
export function vesselOf(here: Row): Row {
  const arrival = rowOf(rowOf(here, 'locationinfo'), 'arrivalinfo');
  const type = textOf(arrival, 'carriertype_cd');
  return type === null || type.toUpperCase() === 'VC' ? rowOf(arrival, 'vesselinfo') : {};
}
