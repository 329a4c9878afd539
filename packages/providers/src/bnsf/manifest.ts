import type { ProviderManifest } from '../provider.ts';

/** BNSF Railway, by the OpenAPI of its customer API (wire formats, section 2). */
export const bnsfManifest: ProviderManifest = {
  id: 'bnsf',
  name: 'BNSF Railway',
  workflow: 'real_time',
  type: 'rail',
  services: ['availability'],
  // Hubs that the vendor's own samples name; a box is found wherever it is, with or without one.
  sites: [
    { id: 'ALLIANCE', urn: 'urn:bnsf:alliance', name: 'Alliance, TX', timeZone: 'America/Chicago' },
    { id: 'CHICAGO', urn: 'urn:bnsf:chicago', name: 'Chicago, IL', timeZone: 'America/Chicago' },
    { id: 'LOSANGELE', urn: 'urn:bnsf:losangele', name: 'Los Angeles, CA', timeZone: 'America/Los_Angeles' },
  ],
  batchSize: 100,
  // Per partner and service; both services draw on one budget here.
  limits: { perSecond: 1, perMinute: 15 },
  minForceMs: 30_000,
  timeoutMs: 30_000,
  credentials: { owner: 'platform', fields: ['certificate', 'key', 'certificateAuthority'] },
  dataGaps: [
    'the pick-up number',
    'whether the box may be picked up, apart from a bad order',
    'holds other than a bad order',
    'storage charges',
    'vessel, voyage and bill of lading',
    'the return of the empty',
    'an out-gate more than 7 days ago',
  ],
  mapperVersion: '1',
};
