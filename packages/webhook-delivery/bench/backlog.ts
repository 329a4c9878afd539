import { judgeRatio, noteProgress, printResult, readBenchOptions } from '@envase/testing';
import { measureRest } from './measure.ts';
import { openBacklog } from './open-backlog.ts';
import { startBenchReceiver } from './receiver.ts';

// How to read it: README.md beside it.
const options = readBenchOptions({
  name: 'backlog',
  says: 'P6: deliveries per CPU second from a large backlog, against small ones as P3 drains them.',
  options: {
    count: {
      says: 'deliveries of the backlog; P6 says 100000, which the stand-in takes long to store',
      value: 3_000,
    },
    small: { says: 'deliveries of a small one, filled again when it is empty', value: 600 },
    'in-flight': { says: 'requests at once', value: 50 },
  },
});
const [largeHook, smallHook] = [0, 1];

interface Cost {
  /** Microseconds of CPU of this process, without what it uses at rest. */
  cpu: number;
  delivered: number;
  seconds: number;
}

const receiver = await startBenchReceiver();
const backlog = await openBacklog(options.mongodb, {
  url: receiver.url(),
  hooks: 2,
  maxInFlight: options['in-flight'],
});
try {
  const rest = await measureRest();
  const ids = await warmUp();
  noteProgress('filling');
  for (const { _id } of await backlog.fill(options.count, largeHook)) ids.push(_id);
  const large = newCost();
  const small = newCost();
  let left = 0;
  // A turn of each in turn: whatever else the machine does meets both.
  while (large.delivered < options.count) {
    if (left <= 0) {
      for (const { _id } of await backlog.fill(options.small, smallHook)) ids.push(_id);
      left = options.small;
    }
    await runTurn(largeHook, { cost: large, rest });
    left -= await runTurn(smallHook, { cost: small, rest });
    noteProgress(
      `  ${large.delivered} of ${options.count}: backlog ${describe(large)} · small ${describe(small)}`,
    );
  }
  while (left > 0) left -= await backlog.turn(smallHook);
  await receiver.verify(ids);
  printResult(
    `${options.count} deliveries of 1 KB at once, ${options.small} at once, each received once, ${backlog.engine}`,
  );
  printResult(`  small   ${describe(small)}`);
  printResult(`  backlog ${describe(large)}`);
  const ratio = small.cpu / small.delivered / (large.cpu / large.delivered);
  judgeRatio(
    { says: 'deliveries per CPU second, backlog / small', ratio, goal: { atLeast: 0.9 } },
    options.judge,
  );
} finally {
  await backlog.close();
  receiver.close();
}

async function warmUp(): Promise<string[]> {
  const events = await backlog.fill(options.small);
  await backlog.drain();
  return events.map(({ _id }) => _id);
}

async function runTurn(hook: number, { cost, rest }: { cost: Cost; rest: number }): Promise<number> {
  const before = process.cpuUsage();
  const startedAt = performance.now();
  const delivered = await backlog.turn(hook);
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - startedAt) / 1_000;
  cost.cpu += user + system - rest * seconds;
  cost.delivered += delivered;
  cost.seconds += seconds;
  return delivered;
}

function newCost(): Cost {
  return { cpu: 0, delivered: 0, seconds: 0 };
}

function describe({ cpu, delivered, seconds }: Cost): string {
  return `${(cpu / delivered).toFixed(0)} µs of CPU, ${(delivered / seconds).toFixed(0)}/s`;
}
