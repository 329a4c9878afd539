import { fileURLToPath } from 'node:url';
import { connectDatabase, type DeliveryDoc } from '@envase/db';
import {
  judgeRatio,
  median,
  noteProgress,
  percentile,
  printResult,
  readBenchOptions,
  startHalf,
} from '@envase/testing';
import { startTestStack } from '../test/test-stack.ts';
import { gateEvent, openReceiver, registerHook } from './one-hook.ts';

// How to read it: README.md of this package.
const options = readBenchOptions({
  name: 'latency',
  says: 'P2: publish → first byte of its web-hook, against the same durable writes and queue hops with bare drivers.',
  options: {
    count: { says: 'publishes to each half, one at a time, in turn', value: 200 },
    'warm-up': { says: 'publishes to each half that are not counted', value: 30 },
  },
});
const lostAfterMs = 60_000;

/** Milliseconds of one publish, from its sending. */
interface Taken {
  id: string;
  sentAt: number;
  answer: number;
  firstByte: number;
}

type Half = 'ours' | 'bare';

const arrivals: Record<Half, (id: string) => void> = { ours: () => undefined, bare: () => undefined };
const receiver = await openReceiver((path, id) => arrivals[path === '/bare' ? 'bare' : 'ours'](id));

const test = await startTestStack({
  asProcesses: true,
  logLevel: 'warn',
  mongodbUri: options.mongodb,
  redisUrl: options.redis,
});
const { file } = test.stack;
const bare = await startHalf(fileURLToPath(new URL('../../testing/bench/bare-path.ts', import.meta.url)), {
  MONGODB_URI: file.mongodbUri,
  REDIS_URL: file.redisUrl,
  RECEIVER: receiver.url,
});
const event = gateEvent(file);
try {
  const urls = { ours: `${file.urls.connectData}/api/events`, bare: bare.url };
  const token = await registerHook(file, `${receiver.url}/ours`);
  const taken: Record<Half, Taken[]> = { ours: [], bare: [] };
  for (let n = 1 - options['warm-up']; n <= options.count; n += 1) {
    // Which of them goes first alternates too.
    for (const half of n % 2 === 0 ? (['ours', 'bare'] as const) : (['bare', 'ours'] as const)) {
      const one = await publish(half, { url: urls[half], token });
      if (n > 0) taken[half].push(one);
    }
    if (n > 0 && n % 50 === 0)
      noteProgress(`  ${n}: ${describe('Envase', taken.ours)} · ${describe('bare', taken.bare)}`);
  }
  printResult(
    `${options.count} publishes of 1 KB to each, one at a time, on ${file.engine.mongodb}, ${file.engine.redis}`,
  );
  printResult(`  ${describe('bare drivers', taken.bare)}`);
  printResult(`  ${describe('Envase', taken.ours)}`);
  await explain(taken);
  for (const share of [0.5, 0.99]) {
    const [one, other] = [at(taken.ours, share), at(taken.bare, share)];
    const says = `publish → first byte, p${share * 100} of Envase / bare`;
    judgeRatio({ says, ratio: one / other, goal: { atMost: 2 } }, options.judge);
  }
} finally {
  await bare.close();
  receiver.close();
  await test.remove();
}

async function publish(half: Half, { url, token }: { url: string; token: string }): Promise<Taken> {
  const arrived = Promise.withResolvers<{ id: string; firstByte: number }>();
  const sentAt = Date.now();
  const startedAt = performance.now();
  arrivals[half] = (id) => arrived.resolve({ id, firstByte: performance.now() - startedAt });
  const timer = setTimeout(() => arrived.reject(new Error(`A publish to ${half} was lost`)), lostAfterMs);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(event),
  });
  const answer = performance.now() - startedAt;
  const { id } = (await response.json()) as { id: string }; // both halves answer with the event
  const came = await arrived.promise;
  clearTimeout(timer);
  if (came.id !== id) throw new Error(`${half} answered ${response.status} with ${id}, and ${came.id} came`);
  return { id, sentAt, answer, firstByte: came.firstByte };
}

/** Where the time goes, by what is stored of each event. */
async function explain({ ours, bare: other }: Record<Half, Taken[]>): Promise<void> {
  const answers = [ours, other].map((all) => ms(median(all.map(({ answer }) => answer))));
  printResult(`  publish → 201: ${answers[0]}, bare ${answers[1]}`);
  const database = await connectDatabase({ uri: file.mongodbUri });
  try {
    const found = await database.connection
      .collection<DeliveryDoc>('deliveries')
      .find({ eventId: { $in: ours.map(({ id }) => id) } })
      .toArray();
    const byEvent = new Map(found.map((delivery) => [delivery.eventId, delivery]));
    const steps = ours.flatMap(({ id, sentAt, firstByte }) => {
      const delivery = byEvent.get(id);
      const begun = delivery?.attempts[0]?.at.getTime();
      if (!delivery || begun === undefined) return [];
      const matched = delivery.createdAt.getTime() - sentAt;
      return [{ matched, begun: begun - sentAt - matched, sent: firstByte - (begun - sentAt) }];
    });
    const of = (step: 'matched' | 'begun' | 'sent') => ms(median(steps.map((one) => one[step])));
    printResult(
      `  of Envase: publish → its hooks matched ${of('matched')}, → the request begun ${of('begun')}, → first byte ${of('sent')}`,
    );
  } finally {
    await database.close();
  }
}

function describe(name: string, all: readonly Taken[]): string {
  return `${name}: p50 ${ms(at(all, 0.5))}, p99 ${ms(at(all, 0.99))}`;
}

function at(all: readonly Taken[], share: number): number {
  return percentile(
    all.map(({ firstByte }) => firstByte),
    share,
  );
}

function ms(value: number): string {
  return `${value.toFixed(0)} ms`;
}
