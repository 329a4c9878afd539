import { traceQueue } from '@envase/queues';
import {
  judgeRatio,
  noteProgress,
  percentile,
  printResult,
  readBenchOptions,
  waitFor,
} from '@envase/testing';
import { variablesOf } from '../test/open-manager.ts';
import { countRequests } from './requests.ts';
import { measureRedis, measureStored } from './sizes.ts';
import { duePerTick, openYard, type Yard } from './yard.ts';

// What it measures, against what, and how to read it: README.md beside this file.
const full = process.argv.includes('--full');
const options = readBenchOptions(
  {
    name: 'schedule',
    says: 'P4: bytes per container at rest. P5: plan, force and pump among many containers against few. P8: requests per due container.\n--full: many are a million.',
    options: {
      small: { says: 'containers that are few', value: 10_000 },
      large: { says: 'containers that are many', value: full ? 1_000_000 : 100_000 },
      samples: { says: 'of each step among each, in turn', value: 150 },
      due: { says: 'containers due at once for P8', value: 1_000 },
    },
  },
  process.argv.slice(2).filter((one) => one !== '--full'),
);
const { small, large, samples, due, judge } = options;
// biome-ignore lint/style/noProcessEnv: where tests are told of the server
process.env.MONGODB_URI = options.mongodb;

noteProgress(`storing ${small} and ${large} containers`);
const few = await openYard(options.redis, small);
const many = await openYard(options.redis, large);
try {
  const stored = await measureStored(many.manager.program.db, 2_000);
  printResult(`${stored.engine}, Redis at ${options.redis}`);
  const { document, kept, indexes } = stored;
  printResult(
    `MongoDB per container, ${stored.by}: documents ${kept.toFixed(0)} B (as BSON ${document.toFixed(0)} B), indexes ${indexes.toFixed(0)} B`,
  );
  const says = 'P4: bytes per container in MongoDB';
  judgeRatio({ says, ratio: kept + indexes, goal: { atMost: 1_500 } }, judge);
  for (const step of ['plan', 'force', 'pump'] as const) await compare(step);
  await measureRest(many);
} finally {
  await few.close();
  await many.close();
}
noteProgress(`asking for ${due} containers that are due at once`);
const { requests, batchSize } = await countRequests(options.redis, due);
const ideal = due / batchSize;
printResult(
  `${requests} requests for ${due} due containers in batches of ${batchSize}, as the provider saw them`,
);
judgeRatio(
  { says: 'P8: requests / as few as can be', ratio: requests / ideal, goal: { atMost: 1.1 } },
  judge,
);

/** One sample among few, one among many, in turn: what else runs on the machine meets both. */
async function compare(step: keyof Yard['steps']): Promise<void> {
  const ms = { few: [] as number[], many: [] as number[] };
  const warmUp = 10;
  for (let n = 0; n < samples + warmUp; n += 1) {
    const taken = { few: await few.steps[step](n), many: await many.steps[step](n) };
    if (n < warmUp) continue;
    ms.few.push(taken.few);
    ms.many.push(taken.many);
    if (ms.few.length % 50 === 0) noteProgress(`  ${step}: ${ms.few.length} of ${samples}`);
  }
  const say = (values: readonly number[]) =>
    `p50 ${percentile(values, 0.5).toFixed(1)} ms, p99 ${percentile(values, 0.99).toFixed(1)} ms`;
  const what = step === 'pump' ? `pump (${duePerTick} due)` : step;
  printResult(`${what}: among ${small} ${say(ms.few)} · among ${large} ${say(ms.many)}`);
  const of = (share: number) => percentile(ms.many, share) / percentile(ms.few, share);
  printResult(`  p50 ${of(0.5).toFixed(2)} of that among few`);
  judgeRatio({ says: `P5: p99 of ${step}, many / few`, ratio: of(0.99), goal: { atMost: 1.2 } }, judge);
}

/** What Redis holds once all that was queued has run: the most that a finished run leaves is there. */
async function measureRest({ manager }: Yard): Promise<void> {
  const { producer, producerRedis } = manager.program;
  const isIdle = async () => {
    const counts = await producer.counts(traceQueue('apm'));
    return counts.waiting + counts.prioritized + counts.active === 0;
  };
  await waitFor(isIdle, { what: 'the queue to be worked off', timeoutMs: 60_000 });
  const bytes = await measureRedis(producerRedis, variablesOf(manager).QUEUE_PREFIX ?? '');
  printResult(`Redis at rest: ${(bytes / 1_000).toFixed(0)} KB in all`);
  judgeRatio(
    { says: 'P4: bytes per container in Redis', ratio: bytes / large, goal: { atMost: 150 } },
    judge,
  );
}
