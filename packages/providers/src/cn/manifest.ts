import type { ProviderManifest, ProviderSite } from '../provider.ts';

const site = (id: string, name: string, timeZone: string): ProviderSite => ({
  id,
  urn: `urn:cn:${id.toLowerCase()}`,
  name,
  timeZone,
});

/** Canadian National, by the Envase page and public clients of its tracking service (wire formats, section 3). */
export const cnManifest: ProviderManifest = {
  id: 'cn',
  name: 'Canadian National Railway',
  workflow: 'real_time',
  type: 'rail',
  services: ['availability'],
  // Cities of its intermodal yards, by which the stations' names begin; a box is found wherever it is.
  sites: [
    site('VANCOUVER', 'Vancouver, BC', 'America/Vancouver'),
    site('PRINCERUPERT', 'Prince Rupert, BC', 'America/Vancouver'),
    site('EDMONTON', 'Edmonton, AB', 'America/Edmonton'),
    site('CALGARY', 'Calgary, AB', 'America/Edmonton'),
    site('WINNIPEG', 'Winnipeg, MB', 'America/Winnipeg'),
    site('TORONTO', 'Toronto, ON', 'America/Toronto'),
    site('MONTREAL', 'Montreal, QC', 'America/Toronto'),
    site('MONCTON', 'Moncton, NB', 'America/Moncton'),
    site('HALIFAX', 'Halifax, NS', 'America/Halifax'),
    site('CHICAGO', 'Chicago, IL', 'America/Chicago'),
    site('DETROIT', 'Detroit, MI', 'America/Detroit'),
    site('MEMPHIS', 'Memphis, TN', 'America/Chicago'),
  ],
  batchSize: 100,
  // The vendor publishes no rate; its clients pause a tenth of a second between requests.
  limits: { perSecond: 10 },
  minForceMs: 30_000,
  timeoutMs: 30_000,
  credentials: { owner: 'platform', fields: ['apiKey', 'apiSecret'] },
  dataGaps: [
    'the pick-up number',
    'whether the box may be picked up, apart from customs and bad orders',
    'holds other than of customs and bad orders',
    'storage charges',
    'vessel, voyage and bill of lading',
    'any event but the latest',
    'the return of the empty',
  ],
  mapperVersion: '1',
};
