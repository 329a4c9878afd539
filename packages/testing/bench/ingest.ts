import { fileURLToPath } from 'node:url';
import { judgeRatio } from '../src/bench/judge-ratio.ts';
import { median } from '../src/bench/percentile.ts';
import { noteProgress, printResult } from '../src/bench/print.ts';
import { readBenchOptions } from '../src/bench/read-options.ts';
import { type Half, startHalf } from '../src/half.ts';
import { tabulateParts } from './parts.ts';
import { createPublisher, type Publisher } from './publisher.ts';
import { startQuickMongo } from './quick-mongo.ts';
import { cpuPerOne, type Halves, interleave, measureRest } from './rounds.ts';

// What it measures, against what, and how to read it: README.md beside this file.
const options = readBenchOptions({
  name: 'ingest',
  says: 'P1: CPU of Connect Data per event of 1 KB, against Koa with one insert of the same write concern.',
  options: {
    seconds: { says: 'of publishing in each round, per half', value: 3 },
    rounds: { says: 'of both halves in turn', value: 7 },
    'warm-up': { says: 'seconds of publishing per half before it counts', value: 12 },
    connections: { says: 'that publish at once', value: 50 },
  },
});
const { seconds, rounds, connections } = options;

const fileOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));

printResult(
  `CPU per event of 1 KB, ${connections} connections, median of ${rounds} rounds of ${seconds} s in turn`,
);
const quick = await startQuickMongo(options.mongodb, ['events', 'bare_events']);
await compare({ mongodb: options.mongodb, keeps: true, title: 'On the MongoDB given' });
await compare({ mongodb: quick.uri, keeps: false, title: 'With inserts answered at once' });
quick.close();

interface Side {
  half: Half;
  publisher: Publisher;
}

/** Prints both halves on one MongoDB and where their time goes. Throws when an event that was answered is not stored. */
async function compare(by: { mongodb: string; keeps: boolean; title: string }): Promise<void> {
  const env = { MONGODB_URI: by.mongodb, REDIS_URL: options.redis };
  const sides = {
    ours: await startSide(fileOf('../../connect-data/bench/api.ts'), env),
    bare: await startSide(fileOf('./bare-api.ts'), env),
  };
  try {
    const cpu = await measure(sides, by.title);
    for (const line of await tabulate(sides, cpu)) printResult(line);
    if (by.keeps) await verify(sides);
  } finally {
    await Promise.all([sides.ours.half.close(), sides.bare.half.close()]);
  }
}

async function startSide(file: string, env: Record<string, string>): Promise<Side> {
  const half = await startHalf(file, env);
  return { half, publisher: createPublisher(half.url, connections) };
}

async function measure({ ours, bare }: Halves<Side>, title: string) {
  noteProgress(`${title}: warm-up of ${options['warm-up']} s each`);
  await bare.publisher.publish(options['warm-up']);
  await ours.publisher.publish(options['warm-up']);
  noteProgress(`${title}: at rest for 4 s each`);
  const rest = { ours: await measureRest(ours.half, 4_000), bare: await measureRest(bare.half, 4_000) };
  const run = ({ half, publisher }: Side, share: number) =>
    cpuPerOne(half, { rest: share, work: () => publisher.publish(seconds) });
  const results = await interleave(
    rounds,
    { ours: () => run(ours, rest.ours), bare: () => run(bare, rest.bare) },
    (round, cpu) =>
      noteProgress(`${title}, round ${round} of ${rounds}: ${us(cpu.ours)}, bare ${us(cpu.bare)}`),
  );
  const cpu = { ours: median(results.map((one) => one.ours)), bare: median(results.map((one) => one.bare)) };
  const ratio = median(results.map((one) => one.ours / one.bare));
  printResult(`\n${title}`);
  printResult(
    `  Koa and one insert  ${us(cpu.bare)} an event (at rest ${percent(rest.bare)} of a CPU, left out)`,
  );
  printResult(`  Connect Data        ${us(cpu.ours)} an event (at rest ${percent(rest.ours)}, left out)`);
  const says = '  CPU / CPU of bare Koa + driver insert with the same write concern';
  judgeRatio({ says, ratio, goal: { atMost: 1.6 } }, options.judge);
  return cpu;
}

async function tabulate({ ours, bare }: Halves<Side>, cpu: Halves<number>): Promise<string[]> {
  noteProgress('sampling where it goes');
  const sample = async ({ half, publisher }: Side) => {
    await half.startProfile();
    await publisher.publish(seconds * 2);
    return half.endProfile();
  };
  return tabulateParts(cpu, { bare: await sample(bare), ours: await sample(ours) });
}

/** Nothing that was answered 201 may be missing. */
async function verify(sides: Halves<Side>): Promise<void> {
  for (const { half, publisher } of [sides.ours, sides.bare]) {
    const stored = await half.stored();
    if (stored === publisher.published()) continue;
    throw new Error(`${publisher.published()} events were answered with 201, ${stored} are stored`);
  }
  printResult('  every event that was answered is stored');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function us(value: number): string {
  return `${value.toFixed(0)} µs`;
}
