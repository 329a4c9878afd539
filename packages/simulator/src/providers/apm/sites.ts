import type { Site } from '../provider.ts';

/** US facilities, by the vendor's facility code. */
export const apmSites = [
  { id: 'USLAX', name: 'Pier 400 Los Angeles', zone: 'America/Los_Angeles' },
  { id: 'USNWK', name: 'Port Elizabeth', zone: 'America/New_York' },
  { id: 'USMOB', name: 'Mobile', zone: 'America/Chicago' },
  { id: 'USMIA', name: 'South Florida', zone: 'America/New_York' },
] as const satisfies readonly Site[];

/** Short codes that the booking service takes beside the long ones. */
const bookingAliases: Readonly<Record<string, string>> = {
  LAX: 'USLAX',
  NWK: 'USNWK',
  MOB: 'USMOB',
  MIA: 'USMIA',
};

/** The site of a facility code, or null. */
export function findApmSite(code: string, service: 'containers' | 'bookings'): Site | null {
  const id = service === 'bookings' ? (bookingAliases[code] ?? code) : code;
  return apmSites.find((site) => site.id === id) ?? null;
}
