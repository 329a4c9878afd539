import type { BoxState, Trip } from '../journey/box-state.ts';
import { boxState } from '../journey/box-state.ts';
import type { JourneyKind, Script } from '../journey/script.ts';
import { chooseScript } from '../journeys/catalogue.ts';
import type { Faults } from './faults.ts';
import { createFaults } from './faults.ts';
import type { Journal } from './journal.ts';
import type { Limiter } from './limits.ts';
import { createLimiter } from './limits.ts';
import type { RequestLog } from './request-log.ts';
import { createRequestLog } from './request-log.ts';

export interface WorldOptions {
  seed: string;
  speed: number;
  /** Epoch milliseconds. */
  now: () => number;
  /** Waits in real time; rejects when the simulator closes. */
  delay: (ms: number) => Promise<void>;
  /** Where journeys are kept; none: they end with the process. */
  journal?: Journal | undefined;
}

/** Which box (or booking) of which provider. `number` is the whole one: the check digit included. */
export interface BoxKey {
  providerId: string;
  kind: JourneyKind;
  number: string;
}

/** All that changes in a simulator: which journeys have begun, and what was ordered through the control API. */
export interface World extends WorldOptions {
  faults: Faults;
  requests: RequestLog;
  limiter: Limiter;
  /** Providers whose documented limits are enforced. */
  enforced: Set<string>;
  /** Raw settings by provider; each provider checks its own. */
  settings: Map<string, unknown>;
  /** State of a box that a provider was asked about; the first question begins its journey, at `site`. */
  look(key: BoxKey, site: string | null): BoxState;
  /** The journey of a box, if it has begun. */
  tripOf(key: BoxKey): Trip | null;
  /** Journeys begun at a provider. */
  tripsOf(providerId: string): { kind: JourneyKind; trip: Trip }[];
  /** Begins a journey anew. */
  begin(key: BoxKey, order: { script: Script; startAt: number; site: string | null }): Trip;
}

function nameOf({ providerId, kind, number }: BoxKey): string {
  return `${providerId}/${kind}/${number}`;
}

// Of a box: the last digit of its serial. The check digit is nobody's choice.
function endingOf({ kind, number }: BoxKey): string {
  const serial = kind === 'booking' ? number : (/\d{6}/.exec(number)?.[0] ?? number);
  return serial.at(-1) ?? '';
}

/** A world whose past is what its journal holds. A journey keeps the seed and the speed that it began with. */
export function createWorld(options: WorldOptions): World {
  const { seed, speed, now, journal } = options;
  const trips = new Map(journal?.begun.map((begun) => [nameOf(begun.key), begun]));
  function begin(key: BoxKey, order: { script: Script; startAt: number; site: string | null }): Trip {
    const trip: Trip = { seed, speed, number: key.number, ...order };
    trips.set(nameOf(key), { key, trip });
    journal?.write({ key, trip });
    return trip;
  }
  const tripOf = (key: BoxKey) => trips.get(nameOf(key))?.trip ?? null;
  return {
    ...options,
    faults: createFaults(now),
    requests: createRequestLog(),
    limiter: createLimiter(now),
    enforced: new Set(),
    settings: new Map(),
    begin,
    tripOf,
    tripsOf(providerId) {
      return [...trips.values()]
        .filter(({ key }) => key.providerId === providerId)
        .map(({ key, trip }) => ({ kind: key.kind, trip }));
    },
    look(key, site) {
      const script = chooseScript(key.kind, endingOf(key));
      const begun = tripOf(key) ?? begin(key, { script, startAt: now(), site });
      // A journey set without a place happens where the box is asked for first.
      const trip = begun.site === null ? begin(key, { ...begun, site }) : begun;
      return boxState(trip, now());
    },
  };
}
