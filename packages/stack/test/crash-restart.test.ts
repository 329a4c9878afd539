import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@envase/client';
import { asError } from '@envase/runtime';
import { waitFor } from '@envase/testing';
import { expect, it, onTestFinished } from 'vitest';
import { boxNumber } from '../src/demo/box-number.ts';
import { portOffsets } from '../src/launch/ports.ts';
import { readStackFile } from '../src/launch/stack-file.ts';
import { waitReady } from '../src/launch/wait-ready.ts';
import { startBalancer } from './balancer.ts';
import { startLoad, startReads } from './load.ts';
import { startSecondConnectData } from './second-connect-data.ts';
import { startTestStack, startTestTms, type TestStack } from './test-stack.ts';

const exitsWithinMs = 30_000;
const perSecond = 5;

/** A stack of processes with a second connect-data beside the first, and a balancer before the two. */
async function startPair() {
  const deaths: string[] = [];
  const test = await startTestStack({ asProcesses: true, report: (line) => void deaths.push(line) });
  onTestFinished(() => test.remove());
  const second = await startSecondConnectData(test, {
    onDeath: (how) => void deaths.push(`connect-data-2 ended (${how})`),
  });
  onTestFinished(() => second.stop());
  const first = Number(new URL(test.stack.file.urls.connectData).port);
  const balancer = await startBalancer([first, second.port]);
  onTestFinished(() => balancer.close());
  return { test, deaths, second, url: `http://127.0.0.1:${balancer.port}` };
}

/** Ends it as a deployment does, and resolves with how long it took to be gone. */
async function endGently(pid: number): Promise<number> {
  const startedAt = Date.now();
  process.kill(pid, 'SIGTERM');
  await waitFor(() => !isAlive(pid), { what: `process ${pid} to end`, timeoutMs: 2 * exitsWithinMs });
  return Date.now() - startedAt;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

it('a rolling restart under load (C18, R9) fails no request, stalls no job, and ends each program in time', async () => {
  const { test, deaths, second, url } = await startPair();
  const tms = await startTestTms(test.stack.file, { ordered: false });
  onTestFinished(() => tms.stop());
  const { client, urls } = test.stack.file;
  const requests = countRequests();
  const envase = createClient({
    connectDataUrl: url,
    identityUrl: urls.identityManager,
    clientId: client.id,
    clientSecret: client.secret,
    fetch: requests.fetch,
  });
  let serial = 0;
  const nextBox = () => boxNumber(serial++, 0);
  const load = startLoad({ ...tms, envase }, { perSecond, nextBox });
  const reads = startReads(envase, perSecond);
  const pidOf = (name: string) => readStackFile(test.dataDir)?.pids[name] ?? 0;
  const took: Record<string, number> = {};
  for (const name of ['connect-data', 'trace-manager', 'tracer', 'webhook-delivery']) {
    const pid = pidOf(name);
    took[name] = await endGently(pid);
    await waitFor(() => pidOf(name) !== pid, { what: `${name} to be started again`, timeoutMs: 30_000 });
    await waitReady(name, adminOf(test, name), 60_000);
  }
  took['connect-data-2'] = await endGently(second.pid());
  await waitReady('connect-data-2', second.ready, 60_000);
  const asked = serial;
  const published = await load.stop();
  expect(await reads.stop()).toBeGreaterThan(perSecond);
  expect(requests.failures).toEqual([]);
  expect(published.length).toBeGreaterThanOrEqual(asked);
  for (const [name, ms] of Object.entries(took)) expect(ms, name).toBeLessThan(exitsWithinMs);
  const told = () => new Set(tms.events.map(({ traceId }) => traceId));
  await waitFor(() => published.every(({ traceId }) => told().has(traceId)), {
    what: () => `${published.filter(({ traceId }) => !told().has(traceId)).length} results`,
    timeoutMs: 60_000,
  });
  const ends = deaths.filter((line) => line.includes(' ended ('));
  expect(ends.filter((line) => !line.includes('exit code 0'))).toEqual([]);
  expect(stalled(test.dataDir)).toEqual([]);
}, 300_000);

/** Counts each try that the SDK makes as what it is, before the SDK makes good for it by another. */
function countRequests() {
  const failures: string[] = [];
  const counted: typeof fetch = async (input, init) => {
    const what = `${init?.method ?? 'GET'} ${input instanceof Request ? input.url : input}`;
    // A connection of its own for each try, so that the balancer sees every one.
    const headers = { ...(init?.headers as Record<string, string>), connection: 'close' }; // what the SDK gives
    try {
      const response = await fetch(input, { ...init, headers });
      // A machine that is too busy may ask to come again (contract s2); nothing else may go wrong.
      const isPatience = response.status === 503 && response.headers.has('retry-after');
      if (!response.ok && !isPatience)
        failures.push(`${what}: ${response.status} ${await response.clone().text()}`);
      return response;
    } catch (error) {
      failures.push(`${what}: ${asError(error).message} ${String(asError(error).cause)}`);
      throw error;
    }
  };
  return { fetch: counted, failures };
}

function adminOf({ portBase }: TestStack, name: string): string {
  const admin: Record<string, number> = {
    'connect-data': portOffsets.connectDataAdmin,
    'trace-manager': portOffsets.traceManagerAdmin,
    tracer: portOffsets.tracerAdmin,
    'webhook-delivery': portOffsets.webhookDeliveryAdmin,
  };
  return `http://127.0.0.1:${portBase + (admin[name] ?? 0)}/health/ready`;
}

/** Log lines of jobs that were started and not ended. */
function stalled(dataDir: string): string[] {
  const dir = join(dataDir, 'logs');
  const lines = readdirSync(dir).flatMap((file) => readFileSync(join(dir, file), 'utf8').split('\n'));
  return lines.filter((line) => line.includes('A job was started without an end'));
}
