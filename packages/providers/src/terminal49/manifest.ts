import type { ProviderManifest } from '../provider.ts';

const minute = 60_000;

const shared = {
  type: 'line',
  services: ['availability'],
  // It knows every port; a box needs none to be named.
  sites: [],
  batchSize: 1,
  limits: { perMinute: 100 },
  minForceMs: 30_000,
  timeoutMs: 20_000,
  dataGaps: ['the weight and seal of a box', 'what a pending hold waits for', 'until when a fee is paid'],
  mapperVersion: '1',
} as const;

/** Terminal49 with its notifications (wire formats, section 21). The secret of its web-hook is configured at Connect Data. */
export const terminal49Manifest: ProviderManifest = {
  ...shared,
  id: 'terminal49',
  name: 'Terminal49',
  workflow: 'publish_notify',
  credentials: { owner: 'platform', fields: ['apiKey'] },
  waits: { lookMs: 6 * 60 * minute },
};

/** Terminal49 for a platform that nobody can call: ordered and looked up, half an hour later. */
export const terminal49PollManifest: ProviderManifest = {
  ...shared,
  id: 'terminal49_poll',
  name: 'Terminal49 by order and poll',
  workflow: 'request_delayed',
  credentials: { owner: 'platform', fields: ['apiKey'] },
  waits: { lookMs: 30 * minute },
};
