import { z } from 'zod';
import type { World } from '../../world/world.ts';
import { readSettings } from '../provider.ts';

export const providerId = 'vizion';

export const vizionSettings = z.strictObject({
  apiKey: z.string().min(1).default('simulated-vizion-key'),
  /** A key that may read and not create. */
  readOnlyKey: z.string().min(1).default('simulated-vizion-readonly'),
  /** Clients meet both forms of lists and of what was created. */
  envelopes: z.boolean().default(true),
});

export const settingsOf = (world: World) => readSettings(world, providerId, vizionSettings);

/** One subscription; the same container may have several. */
export interface Reference {
  id: string;
  number: string;
  createdAt: number;
  isActive: boolean;
}

const memories = new WeakMap<World, Reference[]>();

/** References of a world, oldest first; they end with the process. */
export function referencesOf(world: World): Reference[] {
  const known = memories.get(world) ?? [];
  memories.set(world, known);
  return known;
}

export const keyOf = (number: string) => ({ providerId, kind: 'line', number }) as const;
