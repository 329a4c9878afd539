import { setTimeout as pause } from 'node:timers/promises';
import { askSimulator } from '../demo/ask-simulator.ts';
import { type SampleTms, startSampleTms } from '../demo/sample-tms.ts';
import type { Stack } from '../launch/start-stack.ts';
import { say } from '../launcher.ts';
import { createFollower, type Follower } from '../once/follow.ts';
import { percentile } from '../once/percentile.ts';
import { gatherFleet, type SoakBox } from './fleet.ts';
import { judgeSoakBox, measureLatencies } from './judge-soak.ts';

export interface SoakOptions {
  containers: number;
  /** Simulated hours over which journeys begin. */
  hours: number;
  speed: number;
  interrupted: AbortSignal;
}

// A provider is away for 2 s of every 100 s, each at its time; a real hour of a soak is 2 % of faults.
const faultEveryMs = 10_000;
const faultSeconds = 2;
const kinds = ['unavailable', 'garbage'] as const;
// Publishes may name a thousand boxes (contract s3); fewer share their request's time better.
const together = 200;
const sayEveryMs = 10_000;
const shownFaults = 50;

interface Soak {
  stack: Stack;
  tms: SampleTms;
  follower: Follower<SoakBox>;
  /** By the time of their publish. */
  boxes: readonly SoakBox[];
  interrupted: AbortSignal;
}

/** Runs boxes through the whole stack, providers failing in turn; 0 where every box was told what its script says, else 1. */
export async function runSoak(stack: Stack, options: SoakOptions): Promise<number> {
  const { containers, hours, speed, interrupted } = options;
  const { file } = stack;
  const follower = createFollower<SoakBox>();
  const overMs = (hours * 3_600_000) / speed;
  const fleet = gatherFleet({ containers, overMs, from: Date.now() + 2_000, speed });
  const boxes = fleet.toSorted((a, b) => a.publishAt - b.publishAt);
  const tms = await startSampleTms({
    platform: file,
    port: 0,
    ordered: true,
    onEvent: follower.take,
  });
  // Whoever publishes these boxes knows no bills of lading.
  const settings = { bill: 'optional' };
  await askSimulator(file, '/control/settings', { providerId: 'port_virginia', settings });
  const failing = failInTurn(stack, [...new Set(boxes.map(({ providerId }) => providerId))]);
  try {
    return await play({ stack, tms, follower, boxes, interrupted });
  } finally {
    failing.stop();
    await tms.stop();
  }
}

async function play(soak: Soak): Promise<number> {
  const { follower, boxes } = soak;
  const startedAt = Date.now();
  const lastStep = Math.max(...boxes.flatMap(({ steps }) => steps.map(({ at }) => at)));
  // As long again as the journeys take, for what the engines at hand cannot keep up with.
  const until = lastStep + (lastStep - startedAt) + 60_000;
  say(`${boxes.length} containers, the last journey ends in ${Math.round((lastStep - startedAt) / 1_000)} s`);
  let published = 0;
  let saidAt = 0;
  while (published < boxes.length || !follower.isOver()) {
    if (soak.interrupted.aborted || Date.now() > until) break;
    const due = boxes.slice(published).findIndex(({ publishAt }) => publishAt > Date.now());
    const next = boxes.slice(published, due === -1 ? undefined : published + due);
    await publishAll(soak, next);
    published += next.length;
    if (Date.now() - saidAt >= sayEveryMs) {
      saidAt = Date.now();
      say(describeProgress(soak, { published, startedAt }));
    }
    await pause(250);
  }
  say(await summarize(soak));
  const faults = [
    ...follower.all().flatMap(judgeSoakBox),
    ...(published < boxes.length
      ? [`${boxes.length - published} containers were not published in time`]
      : []),
  ];
  for (const fault of faults.slice(0, shownFaults)) say(`FAILED: ${fault}`);
  say(faults.length === 0 ? 'Everything came true.' : `${faults.length} promise(s) were not kept.`);
  return faults.length === 0 ? 0 : 1;
}

async function publishAll({ stack, tms, follower }: Soak, boxes: readonly SoakBox[]): Promise<void> {
  for (const { number, providerId, siteId, journey, startAt } of boxes) {
    const site = siteId === '' ? {} : { site: siteId };
    await askSimulator(stack.file, '/control/journeys', { number, providerId, journey, startAt, ...site });
  }
  const groups = Map.groupBy(boxes, ({ providerId, traceUntil }) => `${providerId} ${traceUntil}`);
  for (const group of groups.values()) {
    for (let from = 0; from < group.length; from += together) {
      const some = group.slice(from, from + together);
      for (const box of some) follower.publish(box);
      await publish(tms, some);
    }
  }
}

async function publish({ envase, orgId, svcId }: SampleTms, boxes: readonly SoakBox[]): Promise<void> {
  const [first] = boxes;
  if (!first) return;
  const { providerId, siteId, traceUntil } = first;
  const numbers = boxes.map(({ number }) => number);
  const { items } = await envase.traceContainers({ orgId, svcId, providerId, siteId, traceUntil, numbers });
  const refused = items.filter(({ outcome }) => outcome === 'rejected');
  if (refused.length > 0) throw new Error(`publishes were refused: ${JSON.stringify(refused[0])}`);
}

/** One provider after the other is away for a moment, or answers what makes no sense. */
function failInTurn(stack: Stack, providerIds: readonly string[]): { stop(): void } {
  let turn = 0;
  const timer = setInterval(() => {
    const providerId = providerIds[turn % providerIds.length];
    const kind = kinds[Math.floor(turn / providerIds.length) % kinds.length];
    turn += 1;
    askSimulator(stack.file, '/control/faults', { providerId, kind, seconds: faultSeconds }).catch(
      (error: Error) => say(`The simulator takes no order: ${error.message}`),
    );
  }, faultEveryMs);
  return { stop: () => clearInterval(timer) };
}

function describeProgress(
  { follower, boxes, tms }: Soak,
  by: { published: number; startedAt: number },
): string {
  const ended = follower.all().filter(({ endedAt }) => endedAt !== null).length;
  const seconds = Math.round((Date.now() - by.startedAt) / 1_000);
  return `  ${seconds} s: ${by.published} of ${boxes.length} published, ${ended} at their end, ${tms.hookRequests()} web-hooks`;
}

async function summarize({ follower, tms, stack }: Soak): Promise<string> {
  const all = follower.all();
  const unique = all.flatMap(({ events }) => events).length + follower.errors().length;
  const latencies = all.flatMap(measureLatencies);
  // The simulator's log: it counts requests from 1 and keeps the latest.
  const { requests } = (await askSimulator(stack.file, '/control/requests')) as { requests: { n: number }[] };
  const asked = requests.at(-1)?.n ?? 0;
  const seconds = (share: number) => ((percentile(latencies, share) ?? 0) / 1_000).toFixed(1);
  return [
    '',
    `  web-hooks             ${tms.hookRequests()}, ${tms.hookRequests() - unique} of them repeats`,
    `  failed attempts told  ${follower.errors().length}`,
    `  provider requests     ${asked}, ${(asked / all.length).toFixed(1)} per container`,
    `  change → web-hook     p50 ${seconds(0.5)} s, p95 ${seconds(0.95)} s of real time (what the cadence waits included)`,
    '',
  ].join('\n');
}
