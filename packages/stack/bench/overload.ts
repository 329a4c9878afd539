import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { judgeRatio, median, noteProgress, percentile, printResult, readBenchOptions } from '@envase/testing';
import { tokenOf } from '../test/http.ts';
import { startSecondConnectData } from '../test/second-connect-data.ts';
import { startTestStack } from '../test/test-stack.ts';
import { gateEvent } from './one-hook.ts';

// How to read it: README.md of this package.
const options = readBenchOptions({
  name: 'overload',
  says: 'R10: publishes at what one connect-data takes, and at three times that; what is accepted takes at most twice as long.',
  options: {
    rounds: { says: 'of both loads in turn', value: 5 },
    seconds: { says: 'of each load in a round', value: 5 },
    'at-once': { says: 'publishes at once that keep it busy', value: 50 },
  },
});
const durationMs = options.seconds * 1_000;

interface Load {
  acceptedMs: number[];
  /** Refused with 429 or 503 and `Retry-After`. */
  refused: number;
  others: string[];
}

const test = await startTestStack({
  asProcesses: true,
  logLevel: 'warn',
  mongodbUri: options.mongodb,
  redisUrl: options.redis,
});
const { file } = test.stack;
// With the variables that it ships with.
const second = await startSecondConnectData(test, {
  onDeath: (how) => noteProgress(`connect-data ended (${how})`),
});
const token = await tokenOf(file, file.client);
const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
const body = JSON.stringify(gateEvent(file));
try {
  // Not counted: cold code, and the connections that the overload needs.
  await measure(0);
  const rounds: { ratio: number; others: string[] }[] = [];
  for (let round = 1; round <= options.rounds; round += 1) rounds.push(await measure(round));
  const others = new Set(rounds.flatMap((one) => one.others));
  printResult(
    others.size === 0 ? 'Every other answer was 429 or 503 with Retry-After' : [...others].join('\n'),
  );
  if (options.judge && others.size > 0) process.exitCode = 1;
  const ratio = median(rounds.map((one) => one.ratio));
  judgeRatio({ says: 'p99 of what is accepted at 3× / at 1×', ratio, goal: { atMost: 2 } }, options.judge);
} finally {
  agent.destroy();
  await second.stop();
  await test.remove();
}

async function measure(round: number): Promise<{ ratio: number; others: string[] }> {
  const calm = await run(takeWhatFits);
  const perSecond = (calm.acceptedMs.length / durationMs) * 1_000;
  const over = await run((load) => offer(load, 3 * perSecond));
  const [one, three] = [percentile(calm.acceptedMs, 0.99), percentile(over.acceptedMs, 0.99)];
  const accepted = (over.acceptedMs.length / durationMs) * 1_000;
  noteProgress(
    `  ${round === 0 ? 'warm-up' : round}: 1× is ${perSecond.toFixed(0)}/s, p99 ${one.toFixed(0)} ms · 3× accepts ${accepted.toFixed(0)}/s, ` +
      `p99 ${three.toFixed(0)} ms, refuses ${over.refused} (at 1×: ${calm.refused})`,
  );
  return { ratio: three / one, others: [...calm.others, ...over.others] };
}

async function run(drive: (load: Load) => Promise<void>): Promise<Load> {
  const load: Load = { acceptedMs: [], refused: 0, others: [] };
  await drive(load);
  return load;
}

/** Some at once, each as soon as the one before is answered. */
async function takeWhatFits(load: Load): Promise<void> {
  const until = performance.now() + durationMs;
  const work = async () => {
    while (performance.now() < until) await publish(load);
  };
  await Promise.all(Array.from({ length: options['at-once'] }, work));
}

/** So many a second, whatever becomes of them. */
async function offer(load: Load, perSecond: number): Promise<void> {
  const startedAt = performance.now();
  const sent: Promise<void>[] = [];
  for (let ms = 0; ms < durationMs; ms = performance.now() - startedAt) {
    while (sent.length < (ms / 1_000) * perSecond) sent.push(publish(load));
    await pause(2);
  }
  await Promise.all(sent);
}

function publish(load: Load): Promise<void> {
  const startedAt = performance.now();
  const { promise, resolve } = Promise.withResolvers<void>();
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const asking = request(
    { agent, host: '127.0.0.1', port: second.port, path: '/api/events', method: 'POST', headers },
    (answer) => {
      answer.resume();
      answer.once('end', () => {
        const { statusCode = 0 } = answer;
        const mayRetry = answer.headers['retry-after'] !== undefined;
        if (statusCode === 201) load.acceptedMs.push(performance.now() - startedAt);
        else if ((statusCode === 429 || statusCode === 503) && mayRetry) load.refused += 1;
        else load.others.push(`an answer of ${statusCode}${mayRetry ? '' : ' without Retry-After'}`);
        resolve();
      });
    },
  );
  asking.once('error', (error) => {
    load.others.push(`no answer: ${error.message}`);
    resolve();
  });
  asking.end(body);
  return promise;
}
