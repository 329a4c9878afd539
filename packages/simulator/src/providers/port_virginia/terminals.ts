import type { Site } from '../provider.ts';

/** The two big terminals, by the port's code; all of its times are on one clock. */
export const terminals = [
  { id: 'NIT', name: 'Norfolk International Terminals', zone: 'America/New_York' },
  { id: 'VIG', name: 'Virginia International Gateway', zone: 'America/New_York' },
] as const satisfies readonly Site[];

/** Where a box comes in unless its journey was set elsewhere. */
export const defaultTerminal = terminals[0];

export const portZone = defaultTerminal.zone;
