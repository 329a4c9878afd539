import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from './random.ts';
import { makeBox, visited, type WeekBox, weekMs, weekStart } from './week-boxes.ts';
import { describeFigures, quantile, sumUp } from './week-summary.ts';
import { findWrongTimes } from './week-times.ts';
import { type Delivery, followTrace, type Story } from './week-trace.ts';

const seed = 20_260_304;
const containers = 20_000;
// So many travel together: their answers differ in the number alone, so those of one are rendered and mapped for all.
const together = 100;

let boxes: WeekBox[];
let stories: Story[];

beforeAll(() => {
  boxes = visited.flatMap((about, place) =>
    Array.from({ length: (containers / together / 10) * about.share }, (_, index) =>
      makeBox(about, { serial: 100_000 + place * 1_000 + index, seed }),
    ),
  );
  stories = boxes.flatMap((box, place) =>
    Array.from({ length: together }, (_, index) => {
      const random = createRandom(seed, place, index);
      const publishedAt = box.startAt + Math.floor(random() * 30 * 60_000);
      const mostRepeats = index % 10 === 0 ? 1 : 0;
      return followTrace(box, { publishedAt, random, mostRepeats });
    }),
  );
}, 300_000);

/** Where a delivered status is none that the script allows a reader then. */
function contradictionOf({ box }: Story, { step, status }: Delivery): string[] {
  const { steps } = box.followed;
  const standing = steps[step];
  // A trace is never taken back to an earlier leg, so a withdrawn discharge still stands.
  const allowed =
    standing?.id === 'withdrawn' ? [...standing.readableAs, 'discharged'] : standing?.readableAs;
  if (allowed?.includes(status)) return [];
  return [`${box.providerId} ${box.journey} ${standing?.id}: ${status}`];
}

const reasons: Readonly<Record<string, string>> = {
  outgated: 'outgated',
  empty_returned: 'empty_returned',
  not_found: 'not_found_expired',
};

/** Ended in the status of the script's end, or of a step after it where the box was asked for no sooner. */
function isEndOf({ box, deliveries, reason }: Story): boolean {
  const { end, steps } = box.followed;
  const status = deliveries.at(-1)?.status ?? 'stopped';
  const ends = steps.slice(steps.findIndex((step) => step.status === end)).map((step) => step.status);
  return ends.includes(status) && reasons[status] === reason;
}

describe(`a week of ${containers} containers over ten providers with 2 % faults (seed ${seed})`, () => {
  it('ends every container as its script says', () => {
    expect(stories).toHaveLength(containers);
    const wrong = stories.filter((story) => !isEndOf(story));
    expect(wrong.map(({ box, reason }) => `${box.providerId} ${box.journey} ${reason}`)).toEqual([]);
  });

  it('ends within the week whatever is found at all', () => {
    const found = stories.filter(({ box }) => box.followed.end !== 'not_found');
    expect(Math.max(...found.map(({ stoppedAt }) => stoppedAt))).toBeLessThan(weekStart + weekMs);
  });

  it('delivers no status that contradicts the script', () => {
    const wrong = stories.flatMap((story) => story.deliveries.flatMap((one) => contradictionOf(story, one)));
    expect([...new Set(wrong)]).toEqual([]);
  });

  it('tells every change once', () => {
    expect(stories.flatMap(({ repeated }) => repeated)).toEqual([]);
    expect(stories.flatMap(({ quarantined }) => quarantined)).toEqual([]);
  });

  it('takes no zone-less time for UTC', () => {
    expect([...new Set(boxes.flatMap(findWrongTimes))]).toEqual([]);
  });

  it('knows every code of the answers', () => {
    const unknown = boxes.flatMap(({ readings }) => readings.flatMap(({ unknownCodes }) => unknownCodes));
    expect([...new Set(unknown)]).toEqual([]);
  });

  it('tells changes at the times the cadence chose, but for the faults', () => {
    const all = sumUp(stories);
    const parts = Map.groupBy(stories, ({ box }) => box.providerId);
    const lines = [...parts].map(([id, own]) => describeFigures(id, sumUp(own)));
    process.stdout.write(`${[...lines, describeFigures('all', all)].join('\n')}\nseed ${seed}\n`);
    expect(all.failures / all.asks).toBeCloseTo(0.02, 2);
    expect(all.requests).toBeLessThanOrEqual(all.asks);
    const late = all.latencies.map(({ ms, bestMs }) => ms - bestMs);
    expect(quantile(late, 0.95)).toBeLessThan(60_000);
    expect(Math.max(...late)).toBeLessThan(60 * 60_000);
  });
});
