import { setTimeout as pause } from 'node:timers/promises';
import type { WebhookDoc } from '@envase/db';
import { judgeRatio, median, noteProgress, percentile, printResult, readBenchOptions } from '@envase/testing';
import { newResult } from './new-result.ts';
import { type Owed, openBenchProgram } from './open-program.ts';
import { startBenchReceiver } from './receiver.ts';

// How to read it: README.md beside it.
const options = readBenchOptions({
  name: 'isolation',
  says: 'R7: how long healthy hooks wait while 5 % of the hooks hang and 5 % fail, against a run where all are well.',
  options: {
    hooks: { says: 'of which a twentieth hangs and one fails, at least one each', value: 20 },
    'per-second': { says: 'events published, to one hook each in turn', value: 20 },
    seconds: { says: 'of publishing in each run', value: 20 },
    rounds: { says: 'of a clean and a sick run in turn', value: 6 },
  },
});
const tickMs = 250;
const arriveWithinMs = 120_000;

/** Milliseconds of each delivery to a healthy hook. */
interface Run {
  /** From its lane's wake-up to the first byte at the receiver. */
  whole: number[];
  /** Of that, until its request began. */
  waiting: number[];
}

const receiver = await startBenchReceiver();
const program = await openBenchProgram(options.mongodb, options.redis);
try {
  noteProgress('warming up');
  await run(false, 3);
  const clean: Run[] = [];
  const sick: Run[] = [];
  for (let round = 1; round <= options.rounds; round += 1) {
    clean.push(await run(false));
    sick.push(await run(true));
    noteProgress(`  ${round}: clean ${describe(clean.slice(-1))} · sick ${describe(sick.slice(-1))}`);
  }
  const ratios = sick.map((one, index) => p99(one.whole) / p99(clean[index]?.whole ?? []));
  printResult(`${options.hooks} hooks, ${options['per-second']} events a second, ${program.engine}`);
  printResult(`  all well            ${describe(clean)}`);
  printResult(`  5 % hang, 5 % fail  ${describe(sick)}`);
  const ratio = median(ratios);
  judgeRatio({ says: 'p99 of healthy hooks, sick / clean', ratio, goal: { atMost: 1.2 } }, options.judge);
} finally {
  await program.close();
  receiver.close();
}

/** Publishes at a steady rate to hooks of its own. A round's hooks are new, so the breakers of the sick ones have yet to open. */
async function run(isSick: boolean, seconds = options.seconds): Promise<Run> {
  await receiver.reset();
  const each = Math.max(1, Math.round(options.hooks / 20));
  const hooks: WebhookDoc[] = [];
  for (let index = 0; index < options.hooks; index += 1) {
    const sickPath = index < each ? 'hanging' : 'failing';
    hooks.push(await program.addHook(receiver.url(isSick && index < 2 * each ? sickPath : 'hook')));
  }
  const sent = await publish(hooks, seconds);
  const healthy = new Set(hooks.slice(2 * each));
  const wanted = new Map(sent.filter(({ hook }) => healthy.has(hook)).map((one) => [one.event._id, one.at]));
  const ids = [...wanted.keys()];
  const arrivals = await receiver.arrivalsOf(ids, arriveWithinMs);
  const begun = await program.beginnings(ids);
  await endSick(hooks.slice(0, 2 * each));
  return {
    whole: ids.map((id) => (arrivals.get(id) ?? Number.NaN) - (wanted.get(id) ?? Number.NaN)),
    waiting: ids.map((id) => (begun.get(id) ?? Number.NaN) - (wanted.get(id) ?? Number.NaN)),
  };
}

type Sent = Owed & { at: number };

/** As the clock goes, however long the stores take. */
async function publish(hooks: readonly WebhookDoc[], seconds: number): Promise<Sent[]> {
  const startedAt = performance.now();
  const sent: Sent[] = [];
  const adding: Promise<void>[] = [];
  for (let ms = tickMs; ms <= seconds * 1_000; ms += tickMs) {
    const upTo = Math.floor((ms / 1_000) * options['per-second']);
    const owed = takeTurns(hooks, sent.length, upTo);
    adding.push(add(owed));
    sent.push(...owed);
    await pause(Math.max(0, startedAt + ms - performance.now()));
  }
  await Promise.all(adding);
  return sent;
}

function takeTurns(hooks: readonly WebhookDoc[], from: number, upTo: number): Sent[] {
  return Array.from({ length: upTo - from }, (_, index) => {
    const hook = hooks[(from + index) % hooks.length];
    if (hook === undefined) throw new Error('There are hooks');
    return { event: newResult(), hook, at: Number.NaN };
  });
}

async function add(owed: Sent[]): Promise<void> {
  await program.owe(owed);
  const at = performance.timeOrigin + performance.now();
  for (const one of owed) one.at = at;
  await program.wake(owed.map(({ hook }) => hook));
}

/** Nothing of them reaches into the next run. */
async function endSick(hooks: readonly WebhookDoc[]): Promise<void> {
  await receiver.reset();
  await program.cancel(hooks);
  await pause(1_000);
  await program.cancel(hooks);
}

function describe(runs: readonly Run[]): string {
  const whole = runs.flatMap((one) => one.whole);
  const waiting = runs.flatMap((one) => one.waiting);
  const ms = (value: number) => `${value.toFixed(0)} ms`;
  return `p50 ${ms(median(whole))}, p99 ${ms(p99(whole))} (until the request began: ${ms(p99(waiting))})`;
}

function p99(values: readonly number[]): number {
  return percentile(values, 0.99);
}
