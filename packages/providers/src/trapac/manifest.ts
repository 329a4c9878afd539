import type { ProviderManifest } from '../provider.ts';

/** TraPac Los Angeles and Oakland, by the Envase page (wire formats, section 7). */
export const trapacManifest: ProviderManifest = {
  id: 'trapac',
  name: 'TraPac',
  workflow: 'real_time',
  type: 'terminal',
  services: ['availability'],
  sites: [
    { id: 'LAX', urn: 'urn:trapac:lax', name: 'Los Angeles, berth B136', timeZone: 'America/Los_Angeles' },
    { id: 'OAK', urn: 'urn:trapac:oak', name: 'Oakland, berth B30', timeZone: 'America/Los_Angeles' },
  ],
  batchSize: 10,
  // The vendor publishes no rate; this one is ours.
  limits: { perSecond: 1 },
  minForceMs: 30_000,
  timeoutMs: 20_000,
  // The vendor knows its callers by their registered addresses.
  credentials: { owner: 'none', fields: [] },
  dataGaps: [
    'whether the box is laden or empty',
    'the bill of lading and the pick-up number',
    'whether the box may be picked up, apart from holds and fees',
    'the arrival of the vessel and the discharge',
    'appointments',
    'the return of the empty',
    'the date of a hold',
  ],
  mapperVersion: '1',
};
