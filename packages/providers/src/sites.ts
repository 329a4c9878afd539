import type { ProviderManifest, ProviderSite } from './provider.ts';

/** The site that a client or a provider means by an id or a URN, whatever its case (contract s10, sites); null for none. */
export function findSite(manifest: ProviderManifest, idOrUrn: string): ProviderSite | null {
  const wanted = idOrUrn.trim().toLowerCase();
  const isWanted = ({ id, urn }: ProviderSite) => id.toLowerCase() === wanted || urn.toLowerCase() === wanted;
  return (wanted && manifest.sites.find(isWanted)) || null;
}
