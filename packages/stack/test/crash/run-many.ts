import fc from 'fast-check';
import type { Platform } from './platform.ts';
import { runSchedule } from './run-schedule.ts';
import { describeSchedule, type Schedule } from './schedule.ts';

export interface ManyOptions {
  schedules: fc.Arbitrary<Schedule>;
  /** With the count it says which schedules are run. */
  seed: number;
  count: number;
  /** Run this one alone. */
  only?: number | undefined;
  startPlatform: (index: number) => Promise<Platform>;
  platforms: number;
  /** Schedules at once on one platform: each suffers the faults of the others too. */
  beside: number;
  /** How long a broken one is made smaller. */
  shrinkMs: number;
  report: (line: string) => void;
}

export interface Broken {
  index: number;
  schedule: string;
  faults: string[];
}

/** Runs seeded schedules beside each other; those that broke a promise, the first of them also as small as it was found to break. */
export async function runMany(options: ManyOptions): Promise<Broken[]> {
  const { schedules, seed, count, only, report } = options;
  const all = fc.sample(schedules, { seed, numRuns: count });
  const queue = [...all.entries()].filter(([index]) => only === undefined || index === only);
  report(`seed ${seed}: ${queue.length} of ${count} schedules`);
  const broken: Broken[] = [];
  const started: Platform[] = [];
  const lanes: Promise<void>[] = [];
  try {
    for (let at = 0; at < options.platforms && queue.length > 0; at += 1) {
      const platform = await options.startPlatform(at);
      started.push(platform);
      for (let lane = 0; lane < options.beside; lane += 1) {
        lanes.push(runLane(platform, { queue, broken, report }));
      }
    }
    await Promise.all(lanes);
    if (broken.length > 0 && started[0]) broken.push(...(await shrink(started[0], { ...options, broken })));
  } finally {
    await Promise.all(started.map((platform) => platform.stop()));
  }
  return broken;
}

async function runLane(
  platform: Platform,
  by: { queue: [number, Schedule][]; broken: Broken[]; report: (line: string) => void },
): Promise<void> {
  for (let next = by.queue.shift(); next; next = by.queue.shift()) {
    const [index, schedule] = next;
    const faults = await runSchedule(platform, schedule);
    by.report(`${faults.length === 0 ? 'kept  ' : 'BROKEN'} ${index}: ${describeSchedule(schedule)}`);
    if (faults.length === 0) continue;
    by.broken.push({ index, schedule: describeSchedule(schedule), faults });
    for (const line of [...faults, ...platform.lines().slice(-20)]) by.report(`       ${line.trimEnd()}`);
  }
}

/** The smallest schedule that breaks by itself, near one that broke or, where those suffered from others, near one of the others. */
async function shrink(platform: Platform, options: ManyOptions & { broken: Broken[] }): Promise<Broken[]> {
  const { count, only, broken, shrinkMs, report } = options;
  report(`looking for what breaks by itself, for ${shrinkMs / 1_000} s at most`);
  const until = Date.now() + shrinkMs;
  const indexes = only === undefined ? Array.from({ length: count }, (_, index) => index) : [only];
  for (const index of new Set([...broken.map((one) => one.index), ...indexes])) {
    if (Date.now() > until) break;
    const smallest = await shrinkOne(platform, { ...options, index, shrinkMs: until - Date.now() });
    if (smallest) return [smallest];
  }
  report('nothing did');
  return [];
}

async function shrinkOne(
  platform: Platform,
  { schedules, seed, index, shrinkMs, report }: ManyOptions & { index: number },
): Promise<Broken | undefined> {
  let smallest: Broken | undefined;
  const isKept = fc.asyncProperty(schedules, async (schedule) => {
    const faults = await runSchedule(platform, schedule);
    if (faults.length === 0) return true;
    smallest = { index, schedule: describeSchedule(schedule), faults };
    report(`BROKEN alone: ${smallest.schedule}`);
    return false;
  });
  await fc.check(isKept, { seed, path: String(index), numRuns: 1, interruptAfterTimeLimit: shrinkMs });
  return smallest;
}

/** What a person needs to see it again. */
export function describeBroken(broken: readonly Broken[], how: { seed: number; options: string }): string[] {
  return broken.map(
    ({ index, schedule, faults }) =>
      `pnpm crash --seed ${how.seed} --only ${index}${how.options} (${schedule}): ${faults.join('; ')}`,
  );
}
