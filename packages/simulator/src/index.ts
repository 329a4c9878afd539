import type { ScriptView } from './control/views.ts';
import { presentScript } from './control/views.ts';
import { findScript } from './journeys/catalogue.ts';
import { wireProviders } from './providers/registry.ts';

export type { Control } from './control/control.ts';
export { ControlError } from './control/control.ts';
export type { FaultOrder, JourneyOrder, LimitsOrder, SettingsOrder } from './control/schemas.ts';
export type { BoxView, ScriptView } from './control/views.ts';
export { checkDigitOf } from './iso6346.ts';
export type { FollowedBox, FollowOrder } from './journey/follow-box.ts';
export { followBox } from './journey/follow-box.ts';
export type { JourneyKind, Milestone } from './journey/script.ts';
export { terminalStatuses } from './journeys/catalogue.ts';
export type { SentNotification } from './notifications/post-office.ts';
export type { Simulator, SimulatorOptions, TlsOptions } from './server/start.ts';
export { startSimulator } from './server/start.ts';
export type { Fault, FaultKind } from './world/faults.ts';
export { faultKinds } from './world/faults.ts';
export type { LoggedRequest } from './world/request-log.ts';

/** The steps of a journey in simulated minutes and the status it ends in; throws for a name that is none. */
export function scriptOf(journey: string): ScriptView {
  const script = findScript(journey);
  if (!script) throw new RangeError(`no journey is called ${journey}`);
  return presentScript(script);
}

/** Who is simulated: ids, base paths, made-up logins, sites, kinds of journeys. */
export const simulatedProviders = wireProviders.map(({ id, name, basePath, kinds, sites, credentials }) => ({
  id,
  name,
  basePath,
  kinds,
  sites,
  credentials,
}));
