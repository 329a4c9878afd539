import { findSite } from '../sites.ts';
import { apmManifest } from './manifest.ts';

/** The facility codes to ask for a published site: its own, or all of them where none is given. */
export function listFacilities(siteId: string): string[] {
  return siteId ? [findSite(apmManifest, siteId)?.id ?? siteId] : apmManifest.sites.map((site) => site.id);
}
