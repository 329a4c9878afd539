import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { boxNumber } from './demo/box-number.ts';
import { startSampleTms } from './demo/sample-tms.ts';
import { findPortBase } from './launch/ports.ts';
import { type Stack, startStack } from './launch/start-stack.ts';
import { say } from './launcher.ts';
import { percentile } from './once/percentile.ts';

// How long after a publish does the first web-hook arrive where nothing else is going on? Prints p50 and p99; exit code 1 where half
// of them take so long that something on the way must have waited for a sweeper, which looks every second.
const publishes = Number(process.argv[2] ?? 60);
// Longer than the providers' limit of a request a second, so that only the platform itself is measured.
const restMs = 1_100;
// The first ones find cold code and new connections.
const warmUps = 5;
const sweepsEveryMs = 1_000;

const dataDir = mkdtempSync(join(tmpdir(), 'envase-latency-'));
const stack = await startStack({
  dataDir,
  portBase: await findPortBase(),
  speed: 1,
  asProcesses: true,
  allowHttpHooks: '127.0.0.1',
  logLevel: 'info',
  mongodbUri: process.env.MONGODB_URI || undefined,
  redisUrl: process.env.REDIS_URL || undefined,
  report: say,
});
let isSignalled = false;
try {
  const waits = await measure(stack);
  const [p50, p99] = [0.5, 0.99].map((share) => percentile(waits, share)?.toFixed(0));
  isSignalled = Number(p50) < sweepsEveryMs / 2;
  const { mongodb, redis } = stack.file.engine;
  say(`publish → first web-hook over ${waits.length} publishes at rest: p50 ${p50} ms, p99 ${p99} ms`);
  say(`on ${mongodb}, ${redis}`);
} finally {
  await stack.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
if (!isSignalled) say('FAILED: due work is found by sweepers, not signalled');
process.exit(isSignalled ? 0 : 1);

async function measure({ file }: Stack): Promise<number[]> {
  const arrived = new Map<string, () => void>();
  const tms = await startSampleTms({
    platform: file,
    port: 0,
    onEvent: ({ payload }) => arrived.get(String(payload.containerNumber))?.(),
  });
  const waits: number[] = [];
  for (let n = 0; n < warmUps + publishes; n += 1) {
    const number = boxNumber(n, 0);
    const { promise, resolve } = Promise.withResolvers<void>();
    arrived.set(number, resolve);
    const startedAt = performance.now();
    const { orgId, svcId } = tms;
    await tms.envase.traceContainers({ orgId, svcId, providerId: 'apm', siteId: 'USLAX', numbers: [number] });
    await promise;
    waits.push(performance.now() - startedAt);
    await pause(restMs);
  }
  await tms.stop();
  return waits.slice(warmUps);
}
