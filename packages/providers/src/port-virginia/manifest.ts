import type { ProviderManifest } from '../provider.ts';

/** Port of Virginia, by the pages of its data subscriptions (wire formats, section 18). */
export const portVirginiaManifest: ProviderManifest = {
  id: 'port_virginia',
  name: 'Port of Virginia',
  workflow: 'real_time',
  type: 'terminal',
  services: ['availability'],
  sites: [
    {
      id: 'NIT',
      urn: 'urn:port-virginia:nit',
      name: 'Norfolk International Terminals',
      timeZone: 'America/New_York',
    },
    {
      id: 'VIG',
      urn: 'urn:port-virginia:vig',
      name: 'Virginia International Gateway',
      timeZone: 'America/New_York',
    },
  ],
  batchSize: 100,
  // The vendor publishes no rate; this one is ours.
  limits: { perSecond: 1 },
  minForceMs: 30_000,
  timeoutMs: 30_000,
  credentials: { owner: 'platform', fields: ['apiKey'] },
  dataGaps: [
    'a box whose bill of lading the publisher did not give',
    'the pick-up number',
    'when the vessel is expected or arrived, and when the box was discharged',
    'demurrage and other fees',
    'appointments',
    'the date of a hold',
  ],
  mapperVersion: '1',
};

/** The clock of the whole port: its times are written without a zone. */
export const portZone = 'America/New_York';
