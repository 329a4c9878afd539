import type { ProviderManifest } from '../provider.ts';

const minute = 60_000;

/** The clock of the whole authority: its times are written without a zone. */
export const portZone = 'America/New_York';

/**
 * Georgia Ports Authority, by files over SFTP (wire formats, section 14). The workflow is documented; names, layout and columns of
 * the files are inferred until a customer gives us a real pair: all of that stands in `files` and `columns`.
 */
export const gpaManifest: ProviderManifest = {
  id: 'gpa',
  name: 'Georgia Ports Authority',
  workflow: 'request_delayed',
  type: 'terminal',
  services: ['availability'],
  sites: [
    { id: 'GCT', urn: 'urn:gpa:gct', name: 'Garden City Terminal', timeZone: portZone },
    { id: 'OT', urn: 'urn:gpa:ot', name: 'Ocean Terminal', timeZone: portZone },
  ],
  batchSize: 100,
  // The vendor publishes none; a session is a request, whatever is transferred in it.
  limits: { perMinute: 6 },
  minForceMs: 30_000,
  timeoutMs: 60_000,
  credentials: { owner: 'customer', fields: ['username', 'password', 'hostKey'] },
  dataGaps: [
    'the layout of its files is inferred, not confirmed by the vendor',
    'when the vessel is expected or arrived',
    'whether a box may be picked up, beyond its holds',
    'fees, appointments and the pick-up number',
    'the return of the empty',
  ],
  mapperVersion: '1',
  waits: { lookMs: 30 * minute },
};
