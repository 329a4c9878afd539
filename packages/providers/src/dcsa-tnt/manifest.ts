import type { ProviderManifest, ProviderSite } from '../provider.ts';

const site = (id: string, name: string, timeZone: string): ProviderSite => ({
  id,
  urn: `urn:dcsa-tnt:${id.toLowerCase()}`,
  name,
  timeZone,
});

const hour = 3_600_000;

/** DCSA Track & Trace 2.2 and 2.3, one adapter for many carriers (wire formats, section 20). */
export const dcsaTntManifest: ProviderManifest = {
  id: 'dcsa_tnt',
  name: 'Ocean carriers by DCSA Track & Trace',
  workflow: 'real_time',
  type: 'line',
  // Gate in, loading and departure at the port of loading are on the wire; whether an appointment may be made is not.
  services: ['availability', 'export'],
  // Ports of discharge by UN/LOCODE. Without a site the last planned vessel arrival is taken for it.
  sites: [
    site('USLAX', 'Los Angeles', 'America/Los_Angeles'),
    site('USLGB', 'Long Beach', 'America/Los_Angeles'),
    site('USOAK', 'Oakland', 'America/Los_Angeles'),
    site('USSEA', 'Seattle', 'America/Los_Angeles'),
    site('USTIW', 'Tacoma', 'America/Los_Angeles'),
    site('USHOU', 'Houston', 'America/Chicago'),
    site('USMSY', 'New Orleans', 'America/Chicago'),
    site('USMOB', 'Mobile', 'America/Chicago'),
    site('USMIA', 'Miami', 'America/New_York'),
    site('USPEF', 'Port Everglades', 'America/New_York'),
    site('USJAX', 'Jacksonville', 'America/New_York'),
    site('USSAV', 'Savannah', 'America/New_York'),
    site('USCHS', 'Charleston', 'America/New_York'),
    site('USILM', 'Wilmington, NC', 'America/New_York'),
    site('USORF', 'Norfolk', 'America/New_York'),
    site('USBAL', 'Baltimore', 'America/New_York'),
    site('USPHL', 'Philadelphia', 'America/New_York'),
    site('USNYC', 'New York', 'America/New_York'),
    site('USBOS', 'Boston', 'America/New_York'),
    site('CAVAN', 'Vancouver', 'America/Vancouver'),
    site('CAPRR', 'Prince Rupert', 'America/Vancouver'),
    site('CAMTR', 'Montreal', 'America/Toronto'),
    site('CAHAL', 'Halifax', 'America/Halifax'),
  ],
  batchSize: 1,
  // The standard names none; carriers publish their own.
  limits: { perSecond: 1 },
  minForceMs: 30_000,
  timeoutMs: 20_000,
  credentials: { owner: 'platform', fields: ['apiKey', 'headerName', 'callbackUrl', 'callbackSecret'] },
  dataGaps: [
    'the last free day',
    'whether the box may be picked up, or an export brought',
    'demurrage and other fees',
    'holds of the terminal, and which holds stand other than of customs',
    'the place in the yard',
    'appointments',
    'the pick-up number',
    'the code of the line',
  ],
  mapperVersion: '1',
};

/** The same carriers by subscription, where they can call us. What was known before a subscription is not told: it is looked up. */
export const dcsaTntSubscribedManifest: ProviderManifest = {
  ...dcsaTntManifest,
  workflow: 'publish_notify',
  waits: { lookMs: 6 * hour, firstLookMs: 0 },
};
