import type { ProviderManifest, ProviderSite } from '../provider.ts';

const minute = 60_000;

/** Ports by the code that an order names. `OAK` stands in the vendor's sample; the others are inferred from its form. */
const ports = [
  { id: 'OAK', name: 'Oakland', timeZone: 'America/Los_Angeles' },
  { id: 'LAX', name: 'Los Angeles', timeZone: 'America/Los_Angeles' },
  { id: 'LGB', name: 'Long Beach', timeZone: 'America/Los_Angeles' },
  { id: 'HOU', name: 'Houston', timeZone: 'America/Chicago' },
  { id: 'NYC', name: 'New York and New Jersey', timeZone: 'America/New_York' },
];

function sitesOf(namespace: string): ProviderSite[] {
  return ports.map((port) => ({ ...port, urn: `urn:${namespace}:${port.id.toLowerCase()}` }));
}

const common = {
  workflow: 'publish_retrieve',
  type: 'terminal',
  services: ['availability'],
  // The vendor publishes no rate, and most requests go to its queue: ours.
  limits: { perSecond: 10 },
  minForceMs: 30_000,
  timeoutMs: 60_000,
  credentials: { owner: 'platform', fields: ['apiKey', 'queueUrl', 'queuePolicy', 'queueKey'] },
  dataGaps: [
    'the place in the yard',
    'the bill of lading and the pick-up number',
    'fees that are owed: it tells receipts',
    'the hour at which a vessel is expected or arrived',
    'what was told before a box was published here',
  ],
  mapperVersion: '1',
  waits: { lookMs: 6 * 60 * minute, retrieveMs: minute },
} as const satisfies Partial<ProviderManifest>;

/** SprintPass Pro: orchestrations are published, notifications wait in a queue (wire formats, section 17). */
export const sprintpassProManifest: ProviderManifest = {
  ...common,
  id: 'sprintpass_pro',
  name: 'CargoSprint SprintPass Pro',
  sites: sitesOf('sprintpass-pro'),
  batchSize: 100,
};

/** eModal EDS, its predecessor: service orders, one per request; the message in the queue is inferred (section 13). */
export const emodalManifest: ProviderManifest = {
  ...common,
  id: 'emodal',
  name: 'eModal EDS',
  sites: sitesOf('emodal'),
  batchSize: 1,
};
