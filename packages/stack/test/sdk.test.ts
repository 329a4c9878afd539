import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  consumeDeliveries,
  createFileCursor,
  type EnvaseClient,
  EnvaseError,
  isContainerResult,
  type ReceivedEvent,
} from '@envase/client';
import { startReceiver, waitFor } from '@envase/testing';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { boxNumber } from '../src/demo/box-number.ts';
import { isAbout, startTestStack, startTestTms, type TestStack, type TestTms } from './test-stack.ts';

// The SDK against the programs themselves: what its methods answer, and that a pulling TMS hears what a called one does.
const command = fileURLToPath(new URL('../../client/src/main.ts', import.meta.url));
// A loaded machine is slow, not wrong.
const timeoutMs = 30_000;

let stack: TestStack;
let tms: TestTms;
let envase: EnvaseClient;
let dir: string;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'envase-sdk-'));
  stack = await startTestStack();
  tms = await startTestTms(stack.stack.file);
  envase = tms.envase;
}, 120_000);

afterAll(async () => {
  await tms.stop();
  await stack.remove();
  rmSync(dir, { recursive: true });
}, 120_000);

let serial = 900;
const trace = async () => {
  serial += 1;
  const number = boxNumber(serial, 0);
  const { orgId, svcId } = tms;
  const where = { orgId, svcId, providerId: 'apm', siteId: 'USLAX' };
  const { items } = await envase.traceContainers({ ...where, numbers: [number] });
  return { number, traceId: items[0]?.traceId ?? '' };
};

async function all<T>(list: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of list) items.push(item);
  return items;
}

/** Pulls into a list until told to stop; the cursor stays in its file. */
function startPulling(webhookId: string) {
  const events: ReceivedEvent[] = [];
  const stop = new AbortController();
  const done = consumeDeliveries({
    client: envase,
    webhookId,
    cursor: createFileCursor(join(dir, webhookId)),
    signal: stop.signal,
    onEvent: (event) => void events.push(event),
  });
  return {
    events,
    async stop() {
      stop.abort();
      await done;
    },
  };
}

describe('a TMS that pulls', () => {
  it('hears what a called one hears, in its order, and goes on where it stopped', async () => {
    const { orgId, svcId } = tms;
    const hook = await envase.webhooks.register({
      entityType: 'CONTAINER',
      triggers: ['*'],
      delivery: 'pull',
      orgId,
      svcId,
    });
    const first = startPulling(hook.id);
    const one = await trace();
    await waitFor(() => first.events.some(isAbout(one.number)), {
      what: 'the pulled result',
      timeoutMs,
    });
    await first.stop();
    const two = await trace();
    await tms.hears(isAbout(two.number), { what: 'the result that was sent', timeoutMs });
    const next = startPulling(hook.id);
    await waitFor(() => next.events.some(isAbout(two.number)), {
      what: 'the result after it',
      timeoutMs,
    });
    await next.stop();
    const pulled = [...first.events, ...next.events];
    expect(new Set(pulled.map(({ id }) => id)).size).toBe(pulled.length);
    for (const { number } of [one, two]) {
      const [told] = pulled.filter(isAbout(number));
      const [sent] = tms.events.filter(isAbout(number));
      expect(told).toEqual(sent);
    }
    await envase.webhooks.remove(hook.id);
  }, 120_000);

  it('is refused with a cursor that was never given, and not asked to wait for it', async () => {
    const hook = await envase.webhooks.register({ entityType: 'GATE', triggers: ['*'], delivery: 'pull' });
    onTestFinished(() => envase.webhooks.remove(hook.id));
    const pulled = envase.deliveries.pull({ webhook: hook.id, after: 'mine' });
    await expect(pulled).rejects.toMatchObject({ status: 400, details: [{ path: 'query.after' }] });
  });
});

describe('what is known of a trace', () => {
  it('is read by every route that tells it', async () => {
    const { number, traceId } = await trace();
    const result = await tms.hears(isAbout(number), { what: 'the first result', timeoutMs });
    if (!isContainerResult(result)) throw new Error('a result of a container is one');
    const now = await envase.traces.get(traceId);
    expect(now).toMatchObject({ id: traceId, number, type: 'CONTAINER', status: result.payload.status });
    expect((await all(envase.traces.list({ q: number }))).map(({ id }) => id)).toEqual([traceId]);
    expect((await all(envase.traces.ofContainer(number))).map(({ id }) => id)).toEqual([traceId]);
    expect(await all(envase.traces.history(traceId))).toMatchObject([{ eventId: result.id, sequence: 1 }]);
    expect((await all(envase.traces.observations(traceId))).length).toBeGreaterThan(0);
    expect(await envase.traces.explain(traceId)).toMatchObject({ next: { at: expect.any(String) } });
    const then = new Date();
    expect(await envase.traces.get(traceId, { knownAt: then })).toMatchObject({ id: traceId });
    expect(await envase.traces.get(traceId, { asOf: then })).toMatchObject({ id: traceId });
    const [stored] = await all(envase.events.list({ id: result.id }));
    expect(stored).toEqual(await envase.events.get(result.id));
  }, 120_000);

  it('changes by the orders that a client gives', async () => {
    const { number, traceId } = await trace();
    await tms.hears(isAbout(number), { what: 'the first result', timeoutMs });
    expect(await envase.traces.refresh(traceId)).toMatchObject({ id: traceId });
    expect(await envase.traces.stop(traceId)).toMatchObject({ id: traceId });
    await tms.hears(isAbout(number, 'TRACE_STOPPED'), { what: 'the end', timeoutMs });
    expect(await envase.traces.get(traceId)).toMatchObject({ stopReason: 'stopped_by_client' });
    await envase.traces.resume(traceId);
    await waitFor(async () => (await envase.traces.get(traceId)).tracing, {
      what: 'tracing again',
      timeoutMs,
    });
  }, 120_000);
});

describe('a web-hook', () => {
  it('is tested, changed, replayed and told about', async () => {
    const receiver = await startReceiver();
    onTestFinished(() => receiver.close());
    const { orgId, svcId } = tms;
    const { id } = await envase.webhooks.register({
      url: `${receiver.url}/hook`,
      entityType: 'GATE',
      triggers: ['*'],
      signingKey: 'a key',
      orgId,
      svcId,
    });
    expect(await envase.webhooks.test(id)).toMatchObject({ delivered: true, status: 200 });
    expect(await envase.webhooks.change(id, { description: 'gates' })).toMatchObject({
      description: 'gates',
    });
    expect(await envase.webhooks.get(id)).toMatchObject({ hasSigningKey: true, status: 'enabled' });
    expect(await envase.webhooks.enable(id)).toMatchObject({ id });
    expect((await all(envase.webhooks.list({ limit: 1 }))).map((hook) => hook.id)).toContain(id);
    const type = 'GATE';
    const sent = await envase.publish({ orgId, svcId, type, action: 'PASSED', payload: { lane: 4 } });
    const arrived = () => receiver.requests.filter(({ json }) => (json as ReceivedEvent).id === sent.id);
    await waitFor(() => arrived().length === 1, { what: 'the event', timeoutMs });
    const delivery = await waitFor(
      async () => (await all(envase.webhooks.deliveries(id, { state: 'delivered' })))[0],
      { what: 'its delivery', timeoutMs },
    );
    expect(await envase.deliveries.get(delivery.id)).toMatchObject({
      eventId: sent.id,
      attempts: [{ status: 200 }],
    });
    await envase.deliveries.resend(delivery.id);
    await waitFor(() => arrived().length === 2, { what: 'the event again', timeoutMs });
    const { replayId } = await envase.webhooks.replay(id, { since: new Date(Date.now() - 60_000) });
    expect(replayId).toEqual(expect.any(String));
    await waitFor(() => arrived().length === 3, { what: 'the event once more', timeoutMs });
    await envase.webhooks.remove(id);
    await expect(envase.webhooks.get(id)).rejects.toMatchObject({ status: 404, code: 'not_found' });
  }, 120_000);

  it('is brought to a receiver on this machine while one develops', async () => {
    const receiver = await startReceiver({ status: 202, body: 'thanks' });
    onTestFinished(() => receiver.close());
    const { urls, client } = stack.stack.file;
    const args = ['hooks', 'listen', '--forward', `${receiver.url}/hook`, '--entity', 'BARGE'];
    const child = spawn(process.execPath, [command, ...args], {
      env: {
        CONNECT_DATA_URL: urls.connectData,
        IDENTITY_URL: urls.identityManager,
        CLIENT_ID: client.id,
        CLIENT_SECRET: client.secret,
      },
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    await waitFor(() => output.includes('forwarding'), { what: () => output, timeoutMs });
    const { orgId, svcId } = tms;
    const sent = await envase.publish({
      orgId,
      svcId,
      type: 'BARGE',
      action: 'MOORED',
      payload: { at: 'B12' },
    });
    await waitFor(() => /202 in \d+ ms: thanks/.test(output), { what: () => output, timeoutMs });
    expect(receiver.requests.map(({ json }) => json)).toMatchObject([
      { id: sent.id, payload: { at: 'B12' } },
    ]);
    child.kill('SIGINT');
    await waitFor(() => child.exitCode !== null, { what: 'the end of the command', timeoutMs });
    const left = await all(envase.webhooks.list());
    expect(left.filter(({ entityType }) => entityType === 'BARGE')).toEqual([]);
  }, 120_000);
});

describe('the catalogue', () => {
  it('names providers, counts what was done and refuses what is not there', async () => {
    const providers = await all(envase.providers());
    expect(providers.find(({ id }) => id === 'apm')).toMatchObject({ workflow: 'real_time' });
    const { number } = await trace();
    await tms.hears(isAbout(number), { what: 'a result', timeoutMs });
    await waitFor(async () => (await all(envase.usage())).some(({ published }) => published > 0), {
      what: 'a day with events',
      timeoutMs,
    });
    const rows = () => all(envase.reports.rows('deliveries'));
    await waitFor(async () => (await rows()).some(({ delivered }) => delivered > 0), {
      what: 'a day with deliveries',
      timeoutMs,
    });
    const csv = await envase.reports.file('deliveries', { format: 'csv' });
    expect((await csv.text()).split('\n')[0]).toContain('deliveries');
    const { orgId } = tms;
    const login = envase.credentials.get('apm', { orgId });
    await expect(login).rejects.toThrow(EnvaseError);
  }, 120_000);
});
