import type { Site } from '../provider.ts';

/** Both terminals, by the code that a request names. */
export const terminals = [
  { id: 'LAX', name: 'Los Angeles, berth B136', zone: 'America/Los_Angeles' },
  { id: 'OAK', name: 'Oakland, berth B30', zone: 'America/Los_Angeles' },
] as const satisfies readonly Site[];
