import type { ProviderManifest } from '../provider.ts';

/** APM Terminals, by its developer portal and the Envase page (wire formats, section 1). */
export const apmManifest: ProviderManifest = {
  id: 'apm',
  name: 'APM Terminals',
  workflow: 'real_time',
  type: 'terminal',
  services: ['availability', 'empty', 'booking'],
  sites: [
    { id: 'USLAX', urn: 'urn:apm:uslax', name: 'Pier 400 Los Angeles', timeZone: 'America/Los_Angeles' },
    { id: 'USNWK', urn: 'urn:apm:usnwk', name: 'Port Elizabeth', timeZone: 'America/New_York' },
    { id: 'USMOB', urn: 'urn:apm:usmob', name: 'Mobile', timeZone: 'America/Chicago' },
    { id: 'USMIA', urn: 'urn:apm:usmia', name: 'South Florida', timeZone: 'America/New_York' },
  ],
  batchSize: 50,
  // The vendor meters credits and publishes no rate; this one is ours.
  limits: { perSecond: 1 },
  minForceMs: 30_000,
  timeoutMs: 20_000,
  credentials: { owner: 'platform', fields: ['clientId', 'clientSecret'] },
  dataGaps: [
    'whether the box is laden or empty',
    'the voyage',
    'the pick-up number',
    'a last free day other than the date storage is paid through',
    'when the vessel arrived',
    'readiness of an empty for an appointment',
    'the date of a vessel arrival or a hold',
    'of a booking: the number, arrival and departure of the vessel, cutoffs but the general one, hazmat, reefer and out-of-gauge',
  ],
  mapperVersion: '2',
};
