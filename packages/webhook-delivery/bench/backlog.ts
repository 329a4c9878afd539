import { judgeRatio, median, noteProgress, printResult, readBenchOptions } from '@envase/testing';
import { type Measured, measure } from './measure.ts';
import { openBacklog } from './open-backlog.ts';
import { startBenchReceiver } from './receiver.ts';

// How to read it: README.md beside it.
const options = readBenchOptions({
  name: 'backlog',
  says: 'P6: deliveries per CPU second while a large backlog is drained, against small ones as P3 drains them.',
  options: {
    count: {
      says: 'deliveries of the backlog; P6 says 100000, which the stand-in takes long to store',
      value: 10_000,
    },
    small: { says: 'deliveries of the small ones', value: 600 },
    rounds: { says: 'of a small one, the backlog and a small one', value: 3 },
    hooks: { says: 'that share them', value: 1 },
    'in-flight': { says: 'requests at once to each hook', value: 50 },
  },
});

const receiver = await startBenchReceiver();
const { hooks, 'in-flight': maxInFlight } = options;
const backlog = await openBacklog(options.mongodb, { url: receiver.url(), hooks, maxInFlight });
try {
  noteProgress(`  warm-up: ${describe(await drain(options.small))}`);
  const ratios: number[] = [];
  for (let round = 1; round <= options.rounds; round += 1) {
    const before = await drain(options.small);
    const large = await drain(options.count);
    const after = await drain(options.small);
    noteProgress(`  ${round}: ${describe(before)} · backlog ${describe(large)} · ${describe(after)}`);
    ratios.push((before.cpu + after.cpu) / 2 / large.cpu);
  }
  printResult(
    `${options.count} deliveries of 1 KB at once against ${options.small}, each received once, ${backlog.engine}`,
  );
  const says = 'deliveries per CPU second, backlog / small';
  judgeRatio({ says, ratio: median(ratios), goal: { atLeast: 0.9 } }, options.judge);
} finally {
  await backlog.close();
  receiver.close();
}

async function drain(count: number): Promise<Measured> {
  const events = await backlog.fill(count);
  const ids = events.map(({ _id }) => _id);
  return measure(receiver, ids, () => backlog.drain());
}

function describe({ cpu, perSecond }: Measured): string {
  return `${cpu.toFixed(0)} µs of CPU, ${perSecond.toFixed(0)}/s`;
}
