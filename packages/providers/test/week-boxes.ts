import { notFound, type Observed, type TraceFacts } from '@envase/domain';
import { checkDigitOf, type FollowedBox, followBox } from '@envase/simulator';
import { findProvider } from '../src/registry.ts';
import { readTraceFacts } from '../src/trace-facts.ts';
import { createRandom, pickOne } from './random.ts';
import { cutSlice } from './slices.ts';

/** Before the clocks of the United States change, on the Sunday of this week. */
export const weekStart = Date.parse('2026-03-04T00:00:00Z');
export const weekMs = 7 * 86_400_000;
// A journey takes eight hours, so that as many questions as tell something are asked in a test's time.
const speed = 3;

const terminalJourneys = ['import', 'import', 'hold_twice', 'fee_due', 'not_found_yet', 'moves_backwards'];
const railJourneys = ['rail_import', 'rail_import', 'rail_not_found_yet'];
const lineJourneys = ['ocean', 'ocean_hold', 'ocean_transshipment', 'ocean_not_found_yet'];

interface Visited {
  id: string;
  /** In parts of a provider: the two dialects of one vendor count as one. */
  share: number;
  sites: readonly string[];
  journeys: readonly string[];
}

/** Ten providers, one of them in two dialects. Sites are those at which simulated boxes stand. */
export const visited: readonly Visited[] = [
  { id: 'apm', share: 1, sites: ['USLAX', 'USNWK', 'USMOB', 'USMIA'], journeys: terminalJourneys },
  { id: 'bnsf', share: 1, sites: ['ALLIANCE', 'CHICAGO', 'LOSANGELE'], journeys: railJourneys },
  { id: 'cn', share: 1, sites: ['MONTREAL'], journeys: railJourneys },
  { id: 'dcsa_tnt', share: 1, sites: ['USLAX'], journeys: lineJourneys },
  { id: 'emodal', share: 0.5, sites: ['OAK', 'HOU', 'NYC'], journeys: terminalJourneys },
  { id: 'gpa', share: 1, sites: ['GCT', 'OT'], journeys: terminalJourneys },
  { id: 'port_virginia', share: 1, sites: ['NIT'], journeys: terminalJourneys },
  { id: 'sprintpass_pro', share: 0.5, sites: ['OAK', 'LAX', 'LGB'], journeys: terminalJourneys },
  { id: 'terminal49', share: 1, sites: ['USLAX'], journeys: terminalJourneys },
  { id: 'trapac', share: 1, sites: ['LAX', 'OAK'], journeys: terminalJourneys },
  { id: 'vizion', share: 1, sites: ['USLAX'], journeys: lineJourneys },
];

/** A box of the week as its provider tells it. */
export interface WeekBox {
  providerId: string;
  siteId: string;
  number: string;
  journey: string;
  startAt: number;
  followed: FollowedBox;
  facts: TraceFacts;
  /** What the provider's own map reads in its answer at each step, observed when the step was made. */
  readings: readonly Observed[];
  /** Whether a step shows in the answers at all. */
  shows: readonly boolean[];
}

/** The box of a number and a seed at a provider: where it is, what becomes of it and when are chosen by the seed. */
export function makeBox(about: Visited, { serial, seed }: { serial: number; seed: number }): WeekBox {
  const random = createRandom(seed, serial);
  const ten = `XTRU${String(serial).padStart(6, '0')}`;
  const number = `${ten}${checkDigitOf(ten)}`;
  const siteId = pickOne(about.sites, random);
  // One in twenty is never found.
  const journey = random() < 0.05 ? 'never_found' : pickOne(about.journeys, random);
  const startAt = weekStart + Math.floor(random() * 5.5 * 1_440) * 60_000;
  const followed = followBox({
    ...{ providerId: about.id, number, journey, startAt },
    ...{ site: siteId, seed: String(seed), speed },
  });
  const readings = followed.steps.map(({ at }) =>
    read({ providerId: about.id, siteId, number, followed }, at),
  );
  const service = 'availability' as const;
  const traceUntil = about.journeys === lineJourneys ? ('empty_returned' as const) : ('outgated' as const);
  const facts = readTraceFacts({ providerId: about.id, siteId, service, traceUntil });
  const words = readings.map((one) => JSON.stringify({ ...one, observedAt: '' }));
  const shows = words.map((word, step) => step > 0 && word !== words[step - 1]);
  return { ...{ providerId: about.id, siteId, number, journey, startAt }, followed, facts, readings, shows };
}

type Asked = Pick<WeekBox, 'providerId' | 'siteId' | 'number' | 'followed'>;

function read({ providerId, siteId, number, followed }: Asked, at: number): Observed {
  const observedAt = new Date(at).toISOString();
  const slice = cutSlice(providerId, followed.tell(at), siteId);
  const provider = findProvider(providerId);
  if (!provider || slice === undefined) return notFound(observedAt);
  const zone = readTraceFacts({ providerId, siteId, service: 'availability', traceUntil: 'outgated' }).zone;
  return provider.map(slice, { service: 'availability', number, siteId, zone, observedAt });
}

/** The last step that has happened at an instant. */
export function stepAt({ followed }: WeekBox, at: number): number {
  return followed.steps.findLastIndex((step) => step.at <= at);
}
