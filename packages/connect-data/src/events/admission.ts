import { AppError } from '@envase/runtime';

/** Runs a publish where there is a place for it. Throws AppError `unavailable` where there is none. */
export type Admit = <T>(work: () => Promise<T>) => Promise<T>;

export interface AdmissionOptions {
  /** So many at once are always admitted. */
  atLeast?: number;
  /** Milliseconds of a clock that never goes back. */
  now?: () => number;
}

// By Little's law as many as 2,000 a second that take 32 ms each: what one process and a usual MongoDB can do.
const usualPlaces = 64;
// A publish that meets fewer than so many waits for the stores, not for other publishes.
const fewMet = 8;
// A crowd that takes longer than so many times the few waits for itself: more places would only make it wait more.
const crowdTolerance = 1.5;
const placesPerPublish = 1 / 8;
// Times are averaged over about so many publishes, and believed after as many.
const samples = 32;

/**
 * How many publishes are at work at once: a store that is asked for more than it does answers all of them later, so what finds no
 * place is refused at once (quality R10). There are more than `atLeast` places only where a crowd takes hardly longer than a few do,
 * as with a distant MongoDB: both times are measured, each publish moves the number by an eighth.
 */
export function createAdmission(options: AdmissionOptions = {}): Admit {
  const { atLeast = usualPlaces, now = () => performance.now() } = options;
  const few = createAverage();
  const crowd = createAverage();
  let places = atLeast;
  let atWork = 0;
  let begun = 0;

  const learn = (ms: number, { found, met }: { found: number; met: number }) => {
    if (met < fewMet) few.add(ms);
    // Only who fills the places tells whether there may be more of them.
    if (found < places / 2) return;
    crowd.add(ms);
    const isFast = crowd.value() <= crowdTolerance * few.value();
    places = Math.max(places + (isFast ? placesPerPublish : -placesPerPublish), atLeast);
  };
  return async (work) => {
    if (atWork + 1 > places) throw new AppError('unavailable', 'Too many publishes at once');
    const startedAt = now();
    const found = atWork;
    atWork += 1;
    begun += 1;
    const own = begun;
    try {
      const result = await work();
      // What fails, fails sooner or later than the stores write.
      learn(now() - startedAt, { found, met: found + begun - own });
      return result;
    } finally {
      atWork -= 1;
    }
  };
}

/** Of what was added last; not a number before there is enough of it. */
function createAverage() {
  let count = 0;
  let average = 0;
  return {
    add(value: number) {
      count = Math.min(count + 1, samples);
      average += (value - average) / count;
    },
    value: () => (count < samples ? Number.NaN : average),
  };
}
