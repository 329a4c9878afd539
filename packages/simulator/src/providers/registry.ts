import { apm } from './apm/apm.ts';
import { bnsf } from './bnsf/bnsf.ts';
import { cn } from './cn/cn.ts';
import { dcsaTnt } from './dcsa_tnt/dcsa-tnt.ts';
import { gpa } from './gpa/gpa.ts';
import { portVirginia } from './port_virginia/port-virginia.ts';
import type { WireProvider } from './provider.ts';
import { emodal, sprintpassPro } from './sprintpass_pro/sprintpass-pro.ts';
import { terminal49 } from './terminal49/terminal49.ts';
import { trapac } from './trapac/trapac.ts';
import { vizion } from './vizion/vizion.ts';

/** Every provider that is simulated. */
export const wireProviders: readonly WireProvider[] = [
  apm,
  bnsf,
  cn,
  dcsaTnt,
  emodal,
  gpa,
  portVirginia,
  sprintpassPro,
  terminal49,
  trapac,
  vizion,
];

/** The provider of that id, or null. */
export function findProvider(id: string): WireProvider | null {
  return wireProviders.find((provider) => provider.id === id) ?? null;
}
