import type { ProviderManifest } from '../provider.ts';

const minute = 60_000;

/** Vizion: a container becomes a reference once, its updates are retrieved (wire formats, section 22). */
export const vizionManifest: ProviderManifest = {
  id: 'vizion',
  name: 'Vizion',
  workflow: 'publish_retrieve',
  type: 'line',
  services: ['availability'],
  // It knows every port; a box needs none to be named.
  sites: [],
  batchSize: 1,
  // The vendor publishes no figure.
  limits: { perSecond: 1 },
  minForceMs: 30_000,
  timeoutMs: 60_000,
  credentials: { owner: 'platform', fields: ['apiKey'] },
  dataGaps: [
    'demurrage and other fees',
    'the place in the yard',
    'appointments',
    'the pick-up number',
    'holds of agriculture and of the line',
  ],
  mapperVersion: '1',
  waits: { lookMs: 24 * 60 * minute, retrieveMs: 5 * minute },
};
