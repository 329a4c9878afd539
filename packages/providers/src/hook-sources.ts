import { normalizeProviderId } from '@envase/domain';
import { ictsiId, ictsiPaths, verifyIctsi } from './ictsi/hooks.ts';
import { type InboundRequest, notifyingOf } from './provider.ts';
import { providers } from './registry.ts';

/** Who calls us, and how it is known that it is them (contract s8). */
export interface HookSource {
  id: string;
  /** Documented paths below `/<id>`, for those who were given them. */
  paths: readonly string[];
  /** Never throws. */
  verify(request: InboundRequest, secret: string): boolean;
}

const notifying = Object.values(providers)
  .flatMap((provider) => notifyingOf(provider) ?? [])
  .map(({ manifest, verify }): HookSource => ({ id: manifest.id, paths: [], verify }));

/** It tells of appointments and is asked for nothing. */
const ictsi: HookSource = { id: ictsiId, paths: ictsiPaths, verify: verifyIctsi };

const sources: ReadonlyMap<string, HookSource> = new Map([...notifying, ictsi].map((one) => [one.id, one]));

/** The provider that sends to `/tracehooks/<id>`, hyphen or underscore; null when there is none. */
export function findHookSource(id: string): HookSource | null {
  return sources.get(normalizeProviderId(id)) ?? null;
}

export function listHookSources(): HookSource[] {
  return [...sources.values()];
}
