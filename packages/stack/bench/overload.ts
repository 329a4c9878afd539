import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { say } from '../src/launcher.ts';
import { percentile } from '../src/once/percentile.ts';
import { tokenOf } from '../test/http.ts';
import { startSecondConnectData } from '../test/second-connect-data.ts';
import { startTestStack } from '../test/test-stack.ts';

/*
 * Publishes at what a connect-data can take, and at three times that (quality R10): what is accepted may take at most twice as
 * long, and the rest is told when to try again. Both in each round; the ratio is the median of the rounds.
 */
const { values } = parseArgs({
  options: {
    mongodb: { type: 'string' },
    redis: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
    'at-once': { type: 'string', default: '50' },
    'in-flight': { type: 'string', default: '50' },
  },
});
// That many at once keep it busy.
const atOnce = Number(values['at-once']);
const inFlight = values['in-flight'];
const durationMs = Number(values.seconds) * 1_000;
const goal = 2;

interface Load {
  acceptedMs: number[];
  /** Refused with 429 or 503 and `Retry-After`. */
  refused: number;
  others: string[];
}

const test = await startTestStack({
  asProcesses: true,
  logLevel: 'warn',
  mongodbUri: values.mongodb,
  redisUrl: values.redis,
});
const { file } = test.stack;
const second = await startSecondConnectData(test, {
  variables: { MAX_IN_FLIGHT: inFlight },
  onDeath: (how) => say(`connect-data ended (${how})`),
});
const token = await tokenOf(file, file.client);
const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
const { orgId, svcId } = file.client;
const body = JSON.stringify({
  orgId,
  svcId,
  type: 'GATE',
  action: 'PASSED',
  payload: { note: 'x'.repeat(600) },
});
try {
  await run(takeWhatFits);
  const rounds: { ratio: number; others: string[] }[] = [];
  for (let round = 1; round <= Number(values.rounds); round += 1) rounds.push(await measure(round));
  const ratio =
    percentile(
      rounds.map((one) => one.ratio),
      0.5,
    ) ?? Number.NaN;
  const others = new Set(rounds.flatMap((one) => one.others));
  say(`MAX_IN_FLIGHT ${inFlight}: accepted p99 at 3× is ${ratio.toFixed(2)}× that at 1× (goal ${goal})`);
  say(others.size === 0 ? 'every other answer was 429 or 503 with Retry-After' : [...others].join('\n'));
  process.exitCode = ratio <= goal && others.size === 0 ? 0 : 1;
} finally {
  agent.destroy();
  await second.stop();
  await test.remove();
}

async function measure(round: number): Promise<{ ratio: number; others: string[] }> {
  const calm = await run(takeWhatFits);
  const perSecond = (calm.acceptedMs.length / durationMs) * 1_000;
  const over = await run((load) => offer(load, 3 * perSecond));
  const [p99, overP99] = [calm, over].map(({ acceptedMs }) => percentile(acceptedMs, 0.99) ?? Number.NaN);
  const [one, three] = [p99 ?? Number.NaN, overP99 ?? Number.NaN];
  const accepted = (over.acceptedMs.length / durationMs) * 1_000;
  say(
    `  ${round}: 1× is ${perSecond.toFixed(0)}/s, p99 ${one.toFixed(0)} ms · 3× accepts ${accepted.toFixed(0)}/s, ` +
      `p99 ${three.toFixed(0)} ms, refuses ${over.refused}`,
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
  await Promise.all(Array.from({ length: atOnce }, work));
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
