import { parseArgs } from 'node:util';
import { renderStoredEvent } from '@envase/db';
import { Agent, request } from 'undici';
import { openBacklog } from './backlog.ts';
import { type BenchReceiver, startBenchReceiver } from './receiver.ts';

/*
 * Deliveries per CPU second of this process against a bare undici loop at the same concurrency (quality P3): both halves in turn,
 * the median of the ratios, every id verified. The receiver is a process of its own; filling the backlog is not measured.
 *   pnpm bench deliver, or node bench/deliver.ts --mongodb mongodb://127.0.0.1:27017/bench [--count 4000] [--rounds 7]
 *     [--hooks 1] [--in-flight 50]
 * With `--mongodb memory` the database costs nothing: the drain's own work is left.
 */
const { values } = parseArgs({
  options: {
    mongodb: { type: 'string' },
    redis: { type: 'string' }, // not used: every bench is given both
    count: { type: 'string', default: '4000' },
    rounds: { type: 'string', default: '7' },
    hooks: { type: 'string', default: '1' },
    'in-flight': { type: 'string', default: '50' },
  },
});
const rounds = Number(values.rounds);
const count = Number(values.count);
if (values.mongodb === undefined)
  throw new Error('Name a MongoDB: --mongodb mongodb://127.0.0.1:27017/bench');

interface Measured {
  /** Microseconds of CPU per delivery. */
  cpu: number;
  perSecond: number;
}

const receiver = await startBenchReceiver();
const inFlight = Number(values['in-flight']);
for (const hooks of values.hooks.split(',').map(Number)) await compare(hooks, values.mongodb);
receiver.close();

async function compare(hooks: number, mongodb: string): Promise<void> {
  const backlog = await openBacklog(mongodb, { url: receiver.url, hooks, maxInFlight: inFlight });
  const ours: Measured[] = [];
  const bare: Measured[] = [];
  // The first round warms both up and is not counted.
  for (let round = 0; round <= rounds; round += 1) {
    const events = await backlog.fill(count);
    const ids = events.map(({ _id }) => _id);
    const bodies = events.map((event) => ({ id: event._id, body: renderStoredEvent(event) }));
    const one = await measure(receiver, ids, () => sendBare(bodies, hooks * inFlight));
    const other = await measure(receiver, ids, () => backlog.drain());
    if (round === 0) continue;
    bare.push(one);
    ours.push(other);
  }
  print(hooks, { ours, bare, engine: backlog.engine });
  await backlog.close();
}

async function measure(
  at: BenchReceiver,
  ids: readonly string[],
  run: () => Promise<void>,
): Promise<Measured> {
  await at.reset();
  const before = process.cpuUsage();
  const startedAt = performance.now();
  await run();
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - startedAt) / 1_000;
  await at.verify(ids);
  return { cpu: (user + system) / ids.length, perSecond: ids.length / seconds };
}

async function sendBare(bodies: readonly { id: string; body: string }[], atOnce: number): Promise<void> {
  const dispatcher = new Agent();
  const queue = bodies.values();
  const loop = async () => {
    for (const { id, body } of queue) {
      const headers = { 'content-type': 'application/json', 'webhook-id': id };
      const answer = await request(receiver.url, { method: 'POST', headers, body, dispatcher });
      await answer.body.dump();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, loop));
  await dispatcher.close();
}

function print(hooks: number, by: { ours: Measured[]; bare: Measured[]; engine: string }): void {
  const { ours, bare, engine } = by;
  const ratio = median(ours.map(({ cpu }, index) => (bare[index]?.cpu ?? 0) / cpu));
  const line = (name: string, all: readonly Measured[]) =>
    `  ${name} ${median(all.map(({ cpu }) => cpu)).toFixed(0)} µs of CPU, ${median(all.map((one) => one.perSecond)).toFixed(0)}/s`;
  process.stdout.write(
    [
      `${count} deliveries of 1 KB to ${hooks} hook(s), ${inFlight} in flight each, ${rounds} rounds, ${engine}`,
      line('bare undici', bare),
      line('drain      ', ours),
      `  deliveries per CPU second: ${ratio.toFixed(2)} of bare (goal 0.5)\n`,
    ].join('\n'),
  );
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
