import { normalizeProviderId } from '@envase/domain';
import { apm } from './apm/provider.ts';
import { bnsf } from './bnsf/provider.ts';
import { cn } from './cn/provider.ts';
import { dcsaTnt } from './dcsa-tnt/provider.ts';
import { gpa } from './gpa/provider.ts';
import { portVirginia } from './port-virginia/provider.ts';
import type { Provider, ProviderManifest } from './provider.ts';
import { emodal, sprintpassPro } from './sprintpass-pro/provider.ts';
import { terminal49, terminal49Poll } from './terminal49/provider.ts';
import { trapac } from './trapac/provider.ts';
import { vizion } from './vizion/provider.ts';

const known: readonly Provider[] = [
  apm,
  bnsf,
  cn,
  dcsaTnt,
  emodal,
  gpa,
  portVirginia,
  sprintpassPro,
  terminal49,
  terminal49Poll,
  trapac,
  vizion,
];

/** Every provider by its id. Adding one touches this file and its own folder. */
export const providers: Readonly<Record<string, Provider>> = Object.fromEntries(
  known.map((provider) => [provider.manifest.id, provider]),
);

/** The provider a client means, hyphen or underscore and any alias (contract s3); null when there is none. */
export function findProvider(id: string): Provider | null {
  const wanted = normalizeProviderId(id);
  return Object.hasOwn(providers, wanted) ? (providers[wanted] ?? null) : null;
}

/** What every provider offers, in the order of their ids. */
export function listManifests(): ProviderManifest[] {
  return Object.values(providers)
    .map(({ manifest }) => manifest)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
