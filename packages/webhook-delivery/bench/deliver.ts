import { renderStoredEvent } from '@envase/db';
import { judgeRatio, median, noteProgress, printResult, readBenchOptions } from '@envase/testing';
import { Agent, request } from 'undici';
import { type Measured, measure, measureRest } from './measure.ts';
import { openBacklog } from './open-backlog.ts';
import { startBenchReceiver } from './receiver.ts';

// How to read it: README.md beside it.
const options = readBenchOptions({
  name: 'deliver',
  says: 'P3: deliveries per CPU second of the process that sends them, against a bare undici loop. `--mongodb memory`: no database.',
  options: {
    count: { says: 'deliveries of 1 KB in each round, by each', value: 4_000 },
    rounds: { says: 'of both in turn', value: 7 },
    hooks: { says: 'that share them', value: 1 },
    'in-flight': { says: 'requests at once to each hook', value: 50 },
  },
});
const { count, rounds, hooks, 'in-flight': inFlight } = options;

const receiver = await startBenchReceiver();
const backlog = await openBacklog(options.mongodb, { url: receiver.url(), hooks, maxInFlight: inFlight });
const rest = await measureRest();
const ours: Measured[] = [];
const bare: Measured[] = [];
// The first round warms both up and is not counted.
for (let round = 0; round <= rounds; round += 1) {
  const events = await backlog.fill(count);
  const ids = events.map(({ _id }) => _id);
  const bodies = events.map((event) => ({ id: event._id, body: renderStoredEvent(event) }));
  const one = await measure(ids, { receiver, rest, run: () => sendBare(bodies) });
  const other = await measure(ids, { receiver, rest, run: () => backlog.drain() });
  noteProgress(`  ${round === 0 ? 'warm-up' : round}: bare ${describe([one])} · drain ${describe([other])}`);
  if (round === 0) continue;
  bare.push(one);
  ours.push(other);
}
printResult(`${count} deliveries of 1 KB to ${hooks} hook(s), ${inFlight} in flight each, ${backlog.engine}`);
printResult(`  bare undici ${describe(bare)}`);
printResult(`  drain       ${describe(ours)}`);
const ratio = median(ours.map(({ cpu }, index) => (bare[index]?.cpu ?? Number.NaN) / cpu));
judgeRatio({ says: 'deliveries per CPU second, of bare', ratio, goal: { atLeast: 0.5 } }, options.judge);
await backlog.close();
receiver.close();

async function sendBare(bodies: readonly { id: string; body: string }[]): Promise<void> {
  const dispatcher = new Agent();
  const queue = bodies.values();
  const loop = async () => {
    for (const { id, body } of queue) {
      const headers = { 'content-type': 'application/json', 'webhook-id': id };
      const answer = await request(receiver.url(), { method: 'POST', headers, body, dispatcher });
      await answer.body.dump();
    }
  };
  await Promise.all(Array.from({ length: hooks * inFlight }, loop));
  await dispatcher.close();
}

function describe(all: readonly Measured[]): string {
  return `${median(all.map(({ cpu }) => cpu)).toFixed(0)} µs of CPU, ${median(all.map((one) => one.perSecond)).toFixed(0)}/s`;
}
