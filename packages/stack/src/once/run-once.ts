import { setTimeout as pause } from 'node:timers/promises';
import type { EventAnswer } from '@envase/client';
import { askSimulator } from '../demo/ask-simulator.ts';
import { type SampleTms, startSampleTms } from '../demo/sample-tms.ts';
import type { Stack } from '../launch/start-stack.ts';
import { say } from '../launcher.ts';
import { checkRedis, type RedisCheck } from './check-redis.ts';
import { createFollower, type Follower } from './follow.ts';
import { judge } from './judge.ts';
import { percentile } from './percentile.ts';
import { printTable } from './print-table.ts';
import { invalidNumber, type ScriptedBox, scriptBoxes } from './scenario.ts';

const limitMs = 120_000;
const outage = { providerId: 'apm', kind: 'unavailable', seconds: 6 };

/** Runs the fixed scenario against a stack; 0 where everything it promises came true, 1 with the list of what did not. */
export async function runOnce(stack: Stack, interrupted: AbortSignal): Promise<number> {
  const { file } = stack;
  const follower = createFollower();
  const boxes = scriptBoxes(Math.floor(Math.random() * 90_000));
  const tms = await startSampleTms({
    platform: file,
    port: 0,
    ordered: true,
    onEvent: follower.take,
  });
  const scenario: Scenario = { stack, tms, follower, boxes, startedAt: Date.now(), interrupted };
  try {
    return await play(scenario);
  } finally {
    await tms.stop();
  }
}

interface Scenario {
  stack: Stack;
  tms: SampleTms;
  follower: Follower;
  boxes: ScriptedBox[];
  startedAt: number;
  interrupted: AbortSignal;
}

async function play(scenario: Scenario): Promise<number> {
  const { stack, follower, boxes, tms } = scenario;
  const published = await publishAll(scenario);
  await waitUntil(scenario, 15_000);
  say(`Republishing ${boxes[0]?.number}; ${outage.providerId} is down for ${outage.seconds} s`);
  const republished = await publish(tms, boxes.slice(0, 1));
  await askSimulator(stack.file, '/control/faults', outage);
  const during = await checkRedis(stack.file.redisUrl, forbiddenIn(scenario));
  await waitUntil(scenario, limitMs);
  const after = await checkRedis(stack.file.redisUrl, forbiddenIn(scenario));
  say(`\n${printTable(follower.all())}\n`);
  say(await summarize(scenario, [during, after]));
  const redisFaults = [...new Set([...during.faults, ...after.faults])];
  const faults = [...judge({ follower, published, republished, outage }), ...redisFaults];
  for (const fault of faults) say(`FAILED: ${fault}`);
  say(faults.length === 0 ? 'Everything came true.' : `${faults.length} promise(s) were not kept.`);
  return faults.length === 0 ? 0 : 1;
}

async function publishAll({ stack, tms, follower, boxes }: Scenario): Promise<EventAnswer[]> {
  for (const { number, providerId, journey } of boxes)
    await askSimulator(stack.file, '/control/journeys', { number, providerId, journey });
  const groups = Map.groupBy(boxes, ({ providerId, traceUntil }) => `${providerId} ${traceUntil}`);
  say(`Publishing ${boxes.length} containers and one number that is none, in ${groups.size} publishes`);
  const answers: EventAnswer[] = [];
  for (const group of groups.values()) {
    for (const box of group) follower.publish(box);
    answers.push(await publish(tms, group, answers.length === 0 ? [invalidNumber] : []));
  }
  return answers;
}

function publish(tms: SampleTms, boxes: readonly ScriptedBox[], others: string[] = []): Promise<EventAnswer> {
  const [first] = boxes;
  if (!first) throw new Error('There is nothing to publish');
  const { providerId, siteId, traceUntil } = first;
  const numbers = [...boxes.map(({ number }) => number), ...others];
  const { orgId, svcId, envase } = tms;
  return envase.traceContainers({ orgId, svcId, providerId, siteId, traceUntil, numbers });
}

/** Until every journey has ended, or so many milliseconds after the beginning; says now and then how far it is. */
async function waitUntil({ follower, startedAt, tms, interrupted }: Scenario, ms: number): Promise<void> {
  let saidAt = 0;
  while (!follower.isOver() && Date.now() - startedAt < ms && !interrupted.aborted) {
    if (Date.now() - saidAt >= (process.stdout.isTTY ? 1_000 : 10_000)) {
      saidAt = Date.now();
      const ended = follower.all().filter(({ endedAt }) => endedAt !== null).length;
      const seconds = Math.round((Date.now() - startedAt) / 1000);
      const line = `  ${seconds} s: ${ended} of ${follower.all().length} journeys at their end, ${tms.hookRequests()} web-hooks`;
      process.stdout.write(process.stdout.isTTY ? `\r${line}` : `${line}\n`);
    }
    await pause(50);
  }
  if (process.stdout.isTTY) process.stdout.write('\n');
}

function forbiddenIn({ stack, tms, boxes }: Scenario): Record<string, string[]> {
  const { clients, admin, operator } = stack.file;
  return {
    'the number of a box': boxes.map(({ number }) => number.slice(0, 10)),
    'an organization or service': clients.flatMap(({ orgId, svcId }) => [orgId, svcId]),
    'a secret': [...clients.map(({ secret }) => secret), admin.secret, operator.password, tms.signingKey],
    'the address of a web-hook': [tms.hookUrl],
  };
}

async function summarize({ follower, tms, stack }: Scenario, checks: readonly RedisCheck[]): Promise<string> {
  const all = follower.all();
  const unique = all.flatMap(({ events }) => events).length + follower.errors().length;
  const waits = all.flatMap(({ firstAt, publishedAt }) => (firstAt === null ? [] : [firstAt - publishedAt]));
  // The cast: the simulator's request log, a list.
  const { requests } = (await askSimulator(stack.file, '/control/requests')) as { requests: unknown[] };
  return [
    `  web-hooks             ${tms.hookRequests()}, ${tms.hookRequests() - unique} of them repeats`,
    `  provider requests     ${requests.length}`,
    `  publish → first hook  p50 ${percentile(waits, 0.5)} ms, p99 ${percentile(waits, 0.99)} ms (waiting for the providers' limits included)`,
    `  Redis                 ${checks.map(({ keys, jobs }) => `${keys} keys, ${jobs} jobs`).join(' and ')} read`,
  ].join('\n');
}
