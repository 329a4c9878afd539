/** Where boxes are, in the catalogue's ids. */
export interface Place {
  providerId: string;
  /** Empty: not known. */
  siteId: string;
}

/** The id of a site that stands as id or URN in a result; null for one that the catalogue does not know. */
export type FindSiteId = (providerId: string, idOrUrn: string) => string | null;

interface Placed extends Place {
  destination?: { siteId: string | null } | null;
}

/** Where a box is: at the site it was published for, else where the source says. */
export function placeOf({ providerId, siteId, destination }: Placed, findSiteId: FindSiteId): Place {
  const said = destination?.siteId ?? '';
  return { providerId, siteId: siteId || (said && findSiteId(providerId, said)) || '' };
}

/** Whether a row of this place is asked for. */
export function isWanted(place: Place, wanted: Partial<Place>): boolean {
  const { providerId = place.providerId, siteId = place.siteId } = wanted;
  return place.providerId === providerId && place.siteId === siteId;
}

/** Tells places apart and orders them: by provider, then site. */
export function keyOfPlace({ providerId, siteId }: Place): string {
  return `${providerId}~${siteId}`;
}
