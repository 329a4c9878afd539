import { join } from 'node:path';
import { type RunningEngine, startRedis } from '@envase/engines';
import {
  judgeRatio,
  median,
  noteProgress,
  percentile,
  printResult,
  readBenchOptions,
  waitFor,
} from '@envase/testing';
import { readStackFile } from '../src/launch/stack-file.ts';
import { startTestStack } from '../test/test-stack.ts';
import { gateEvent, openReceiver, registerHook } from './one-hook.ts';

// How to read it: README.md of this package.
const options = readBenchOptions({
  name: 'outage',
  says: 'R8: how long publishes take while Redis is dead, against while it is there; and how soon all is delivered after its return.',
  options: {
    count: { says: 'publishes with and without Redis in each round, one at a time', value: 100 },
    rounds: { says: 'of both in turn', value: 5 },
  },
});
const deliveredWithinMs = 30_000;

const arrived = new Set<string>();
const receiver = await openReceiver((_path, id) => void arrived.add(id));

// Its Redis is its own: this bench kills it.
const test = await startTestStack({ asProcesses: true, logLevel: 'fatal', mongodbUri: options.mongodb });
const { file } = test.stack;
const redisPort = Number(new URL(file.redisUrl).port);
const body = JSON.stringify(gateEvent(file));
let redis: RunningEngine | undefined;
try {
  const token = await registerHook(file, receiver.url);
  await publishMany(token);
  const rounds: { ratio: number; deliveredMs: number }[] = [];
  for (let round = 1; round <= options.rounds; round += 1) {
    const usual = await publishMany(token);
    await killRedis();
    const without = await publishMany(token);
    redis = await startRedis({ dataDir: join(test.dataDir, 'redis'), port: redisPort });
    const deliveredMs = await allDelivered(without.ids);
    const [one, other] = [percentile(usual.ms, 0.99), percentile(without.ms, 0.99)];
    noteProgress(
      `  ${round}: p99 ${one.toFixed(0)} ms, without Redis ${other.toFixed(0)} ms, all delivered after ${deliveredMs.toFixed(0)} ms`,
    );
    rounds.push({ ratio: other / one, deliveredMs });
  }
  const slowest = Math.max(...rounds.map(({ deliveredMs }) => deliveredMs));
  printResult(`${options.count} publishes one at a time, ${options.rounds} rounds; every one answered 201`);
  judgeRatio(
    {
      says: 'seconds from the return of Redis until all was delivered',
      ratio: slowest / 1_000,
      goal: { atMost: 30 },
    },
    options.judge,
  );
  const ratio = median(rounds.map((one) => one.ratio));
  judgeRatio(
    { says: 'p99 of a publish, without Redis / with it', ratio, goal: { atMost: 2 } },
    options.judge,
  );
} finally {
  await test.remove();
  await redis?.stop();
  receiver.close();
}

/** Throws where one is not answered with 201. */
async function publishMany(token: string): Promise<{ ms: number[]; ids: string[] }> {
  const ms: number[] = [];
  const ids: string[] = [];
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  for (let n = 0; n < options.count; n += 1) {
    const startedAt = performance.now();
    const response = await fetch(`${file.urls.connectData}/api/events`, { method: 'POST', headers, body });
    const { id } = (await response.json()) as { id: string }; // the event (contract s3)
    ms.push(performance.now() - startedAt);
    if (response.status !== 201) throw new Error(`A publish was answered with ${response.status}`);
    ids.push(id);
  }
  return { ms, ids };
}

async function killRedis(): Promise<void> {
  if (redis) return redis.kill();
  process.kill(readStackFile(test.dataDir)?.pids.redis ?? 0, 'SIGKILL');
}

/** Resolves with how long that took. */
async function allDelivered(ids: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  await waitFor(() => ids.every((id) => arrived.has(id)), {
    what: () => `${ids.filter((id) => !arrived.has(id)).length} web-hooks`,
    timeoutMs: 4 * deliveredWithinMs,
  });
  return performance.now() - startedAt;
}
