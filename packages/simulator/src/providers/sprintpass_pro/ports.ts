import type { Site } from '../provider.ts';

/** Ports by the code of an order. `OAK` is the vendor's sample; the others are inferred. */
export const ports = [
  { id: 'OAK', name: 'Oakland', zone: 'America/Los_Angeles' },
  { id: 'LAX', name: 'Los Angeles', zone: 'America/Los_Angeles' },
  { id: 'LGB', name: 'Long Beach', zone: 'America/Los_Angeles' },
  { id: 'HOU', name: 'Houston', zone: 'America/Chicago' },
  { id: 'NYC', name: 'New York and New Jersey', zone: 'America/New_York' },
] as const satisfies readonly Site[];

/** The port where a box is; the first for one set nowhere. */
export function portOf(id: string | null): Site {
  return ports.find((port) => port.id === id) ?? ports[0];
}
