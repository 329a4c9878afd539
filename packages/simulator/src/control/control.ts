import type { z } from 'zod';
import type { JourneyKind, Script } from '../journey/script.ts';
import { findScript, scripts } from '../journeys/catalogue.ts';
import type { PostOffice, SentNotification } from '../notifications/post-office.ts';
import type { WireProvider } from '../providers/provider.ts';
import { findProvider, wireProviders } from '../providers/registry.ts';
import type { Fault } from '../world/faults.ts';
import type { LoggedRequest } from '../world/request-log.ts';
import type { World } from '../world/world.ts';
import type { FaultOrder, JourneyOrder, LimitsOrder, SettingsOrder } from './schemas.ts';
import { faultOrder, journeyOrder, limitsOrder, settingsOrder } from './schemas.ts';
import type { BoxView, ScriptView } from './views.ts';
import { presentBox, presentScript } from './views.ts';

/** An order that cannot be carried out; `status` is that of its HTTP answer. */
export class ControlError extends Error {
  readonly status: 400 | 404;
  constructor(message: string, status: 400 | 404 = 400) {
    super(message);
    this.name = 'ControlError';
    this.status = status;
  }
}

/** The control API, in process. Orders are checked as over HTTP; a bad one throws a `ControlError`. */
export interface Control {
  /** Begins a journey of a box anew and answers what is true of it now. */
  setJourney(order: JourneyOrder): BoxView;
  addFault(order: FaultOrder): Fault;
  /** Ends the faults of one provider, or all; answers how many. */
  clearFaults(providerId?: string): number;
  faults(providerId?: string): Fault[];
  /** What providers were asked, oldest first. `since` is inclusive, epoch milliseconds. */
  requests(filter?: { providerId?: string; since?: number }): LoggedRequest[];
  clearRequests(): number;
  /** Everything a provider (or each) has of that number; empty when no journey of it has begun. */
  boxes(number: string, providerId?: string): BoxView[];
  /** Every box a provider was asked about. */
  allBoxes(providerId?: string): BoxView[];
  journeys(): ScriptView[];
  /** Switches a provider's documented limits on or off. */
  setLimits(order: LimitsOrder): void;
  /** Replaces a provider's settings; answers them with defaults filled in. */
  setSettings(order: SettingsOrder): unknown;
  /** Sends the notifications that are due now; resolves to how many were taken. */
  notify(): Promise<number>;
  /** Attempts to deliver notifications, oldest first. */
  notifications(): SentNotification[];
}

/** Parses an order; every fault of it is named in the error. */
export function parseOrder<T>(schema: z.ZodType<T>, order: unknown): T {
  const parsed = schema.safeParse(order);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  throw new ControlError(faults.join('; '));
}

function requireProvider(id: string): WireProvider {
  const provider = findProvider(id);
  if (provider) return provider;
  throw new ControlError(
    `providerId: ${id} is not simulated, only ${wireProviders.map((one) => one.id).join(', ')}`,
  );
}

function requireScript(name: string, provider: WireProvider): { script: Script; kind: JourneyKind } {
  const script = findScript(name);
  const kind = provider.kinds.find((one) => script?.kinds.includes(one));
  if (script && kind) return { script, kind };
  const offered = scripts.filter((one) => one.kinds.some((each) => provider.kinds.includes(each)));
  throw new ControlError(`journey: ${provider.id} has only ${offered.map((one) => one.name).join(', ')}`);
}

function requireSite(id: string | undefined, provider: WireProvider): string | null {
  if (id === undefined || provider.sites.some((site) => site.id === id)) return id ?? null;
  throw new ControlError(`site: ${provider.id} has only ${provider.sites.map((site) => site.id).join(', ')}`);
}

function setJourney(world: World, order: JourneyOrder): BoxView {
  const { number: given, providerId, journey, startAt = world.now(), site } = parseOrder(journeyOrder, order);
  const provider = requireProvider(providerId);
  const { script, kind } = requireScript(journey, provider);
  const number = provider.keyOf(kind, given);
  if (number === null) throw new ControlError(`number: ${given} is no number that ${provider.id} could know`);
  const trip = world.begin(
    { providerId, kind, number },
    { script, startAt, site: requireSite(site, provider) },
  );
  return presentBox(provider, { kind, trip }, world.now());
}

function viewsOf(world: World, providers: readonly WireProvider[]): BoxView[] {
  return providers.flatMap((provider) =>
    world.tripsOf(provider.id).map((about) => presentBox(provider, about, world.now())),
  );
}

function boxes(world: World, number: string, providers: readonly WireProvider[]): BoxView[] {
  return providers.flatMap((provider) =>
    provider.kinds.flatMap((kind) => {
      const key = provider.keyOf(kind, number);
      const trip = key === null ? null : world.tripOf({ providerId: provider.id, kind, number: key });
      return trip ? [presentBox(provider, { kind, trip }, world.now())] : [];
    }),
  );
}

function addFault(world: World, order: FaultOrder): Fault {
  const { providerId, kind, seconds, operation } = parseOrder(faultOrder, order);
  const provider = requireProvider(providerId);
  const operations = [...new Set(provider.createRoutes(world).map((route) => route.operation))];
  if (operation !== undefined && !operations.includes(operation))
    throw new ControlError(`operation: ${providerId} has only ${operations.join(', ')}`);
  const until = seconds === undefined ? null : world.now() + seconds * 1_000;
  const fault: Fault = { providerId, kind, operation: operation ?? null, until };
  world.faults.add(fault);
  return fault;
}

function setLimits(world: World, order: LimitsOrder): void {
  const { providerId, enforce } = parseOrder(limitsOrder, order);
  if (requireProvider(providerId).limits === null)
    throw new ControlError(`providerId: ${providerId} publishes no limits that could be enforced`);
  if (enforce) world.enforced.add(providerId);
  else world.enforced.delete(providerId);
}

function setSettings(world: World, order: SettingsOrder): unknown {
  const { providerId, settings } = parseOrder(settingsOrder, order);
  const complete = parseOrder(requireProvider(providerId).settings, settings);
  world.settings.set(providerId, settings);
  return complete;
}

/** The orders that a world takes. */
export function createControl(world: World, post: PostOffice): Control {
  const named = (id: string | undefined) => (id === undefined ? wireProviders : [requireProvider(id)]);
  return {
    setJourney: (order) => setJourney(world, order),
    addFault: (order) => addFault(world, order),
    clearFaults(providerId) {
      named(providerId);
      return world.faults.clear(providerId);
    },
    faults(providerId) {
      named(providerId);
      return world.faults.standing(providerId);
    },
    requests: (filter = {}) => world.requests.list(filter),
    clearRequests: () => world.requests.clear(),
    boxes: (number, providerId) => boxes(world, number.toUpperCase(), named(providerId)),
    allBoxes: (providerId) => viewsOf(world, named(providerId)),
    journeys: () => scripts.map(presentScript),
    setLimits: (order) => setLimits(world, order),
    setSettings: (order) => setSettings(world, order),
    notify: () => post.flush(),
    notifications: () => post.sent(),
  };
}
