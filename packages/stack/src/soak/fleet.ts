import { followBox, scriptOf } from '@envase/simulator';
import { boxNumber } from '../demo/box-number.ts';
import type { ScriptedBox } from '../once/scenario.ts';

/** A box of the soak: what becomes of it, when its journey begins and when the TMS publishes it, in epoch milliseconds. */
export interface SoakBox extends ScriptedBox {
  startAt: number;
  publishAt: number;
  /** What a reader of the provider may rightly say of it, from which instant on. */
  steps: readonly { at: number; readableAs: readonly string[] }[];
}

interface Fleet {
  providerId: string;
  siteId: string;
  journeys: readonly string[];
}

const terminal = ['import', 'import', 'import', 'hold_twice', 'fee_due', 'not_found_yet', 'moves_backwards'];
const rail = ['rail_import', 'rail_import', 'rail_not_found_yet'];
const line = ['ocean', 'ocean', 'ocean_hold', 'ocean_transshipment', 'ocean_not_found_yet'];

// Georgia Ports is left out: it is asked with a customer's own login alone.
const fleets: readonly Fleet[] = [
  { providerId: 'apm', siteId: 'USLAX', journeys: terminal },
  { providerId: 'bnsf', siteId: '', journeys: rail },
  { providerId: 'cn', siteId: 'MONTREAL', journeys: rail },
  { providerId: 'dcsa_tnt', siteId: '', journeys: line },
  { providerId: 'emodal', siteId: 'OAK', journeys: terminal },
  { providerId: 'port_virginia', siteId: 'NIT', journeys: terminal },
  { providerId: 'sprintpass_pro', siteId: 'LAX', journeys: terminal },
  { providerId: 'terminal49', siteId: '', journeys: terminal },
  { providerId: 'trapac', siteId: 'OAK', journeys: terminal },
  { providerId: 'vizion', siteId: '', journeys: line },
];

export interface FleetOptions {
  containers: number;
  /** Of real time, over which journeys begin. */
  overMs: number;
  from: number;
  speed: number;
}

/** So many boxes over all providers, their journeys begun evenly over a time. One in ten is published an hour into its journey. */
export function gatherFleet({ containers, overMs, from, speed }: FleetOptions): SoakBox[] {
  return Array.from({ length: containers }, (_, n) => {
    const { providerId, siteId, journeys } = pick(fleets, n);
    const round = Math.floor(n / fleets.length);
    // One in twenty is never found.
    const journey = round % 20 === 19 ? 'never_found' : pick(journeys, round);
    const number = boxNumber(n, 0);
    const startAt = Math.round(from + (overMs * n) / containers);
    const { end } = scriptOf(journey);
    const site = siteId || null;
    const { steps } = followBox({ providerId, number, journey, startAt, site, speed, seed: '' });
    return {
      ...{ number, providerId, siteId, journey, end, startAt, steps },
      traceUntil: end === 'empty_returned' ? 'empty_returned' : 'outgated',
      publishAt: round % 10 === 0 ? startAt + 3_600_000 / speed : startAt,
    };
  });
}

function pick<T>(from: readonly T[], n: number): T {
  const found = from[n % from.length];
  if (found === undefined) throw new RangeError('there is nothing to pick from');
  return found;
}
