import type { TraceDoc } from '@envase/db';
import { findHookSource } from '@envase/providers';
import { inbox as inboxQueue, traceQueue } from '@envase/queues';
import { newEventId } from '@envase/runtime';
import { type Receiver, startReceiver, waitFor } from '@envase/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildTrace } from './build.ts';
import { loginOf, startTestTracer, type TestTracer } from './start-test-tracer.ts';

const via = 'dcsa_tnt';
const minute = 60_000;
const inAnHour = () => ({ nextTraceAt: new Date(Date.now() + 60 * minute) });
const secret = Buffer.from('made-up secret of the callback').toString('base64');
const apiKey = loginOf(via, 'header API-Key');
let test: TestTracer;
let receiver: Receiver;

beforeAll(async () => {
  // In Connect Data's place: what comes is verified, kept, then answered.
  receiver = await startReceiver(async ({ path, headers, rawBody: body }) => {
    if (!findHookSource(via)?.verify({ headers, body }, secret)) return 401;
    await keep(path.replace(`/tracehooks/${via}/`, ''), body);
    return 204;
  });
  const callbackUrl = `${receiver.url}/tracehooks/${via}`;
  test = await startTestTracer({
    connections: (baseUrls) => ({
      [via]: { baseUrl: baseUrls[via], credentials: { apiKey, callbackUrl, callbackSecret: secret } },
    }),
  });
});
afterAll(async () => {
  await test.stop();
  await receiver.close();
});
afterEach(() => {
  test.simulator.control.setSettings({ providerId: via, settings: {} });
  test.simulator.control.clearRequests();
});

async function keep(path: string, body: Uint8Array): Promise<string> {
  const receivedAt = new Date();
  const _id = newEventId(receivedAt.getTime());
  const contentType = 'application/json';
  const item = { _id, providerId: via, path, contentType, body, receivedAt, dueAt: receivedAt };
  await test.db.repositories.inbox.insert(item);
  await test.producer.addLane(inboxQueue, 'inbox.parse', { laneId: _id, data: { inboxId: _id } });
  return _id;
}

const moveTo = (number: string, journeyMinute: number) =>
  test.simulator.control.setJourney({
    number,
    providerId: via,
    journey: 'ocean_hold',
    startAt: Date.now() - journeyMinute * minute,
  });

let serial = 700;
async function publish(journeyMinute = 100): Promise<TraceDoc> {
  serial += 1;
  const number = `XTRU${String(serial).padStart(6, '0')}0`;
  moveTo(number, journeyMinute);
  const [trace] = await test.insert(buildTrace({ number, siteId: 'USLAX', providerId: via, via }));
  if (!trace) throw new Error('one trace');
  return trace;
}

async function run(trace: TraceDoc, count: number) {
  await test.run([trace]);
  return (await test.observed(trace, count)).at(-1);
}

/** Subscribed, looked at once, settled, and not due for a while. */
async function subscribe(): Promise<TraceDoc> {
  const trace = await publish();
  await run(trace, 1);
  await run(await test.settle(trace), 2);
  return test.settle(trace, inAnHour());
}

const told = (trace: TraceDoc, code: string) =>
  waitFor(
    async () =>
      (await test.observationsOf(trace)).find(({ normalized }) =>
        normalized?.milestones.some((one) => one.code === code),
      ),
    { what: code },
  );

describe('a carrier that is subscribed to', () => {
  it('is looked at for what was known before, then for what never came six hours later', async () => {
    const trace = await publish();
    expect(await run(trace, 1)).toMatchObject({
      kind: 'receipt',
      receipt: { reference: expect.stringMatching(/^[0-9a-f-]{36}$/), waitMs: 0, rule: 'first-look' },
    });
    const due = await test.settle(trace);
    expect(await run(due, 2)).toMatchObject({
      kind: 'answer',
      normalized: { found: true, destination: { siteId: 'urn:dcsa-tnt:uslax' } },
      receipt: {
        reference: due.awaiting?.reference,
        waitMs: 360 * minute,
        rule: 'waiting-for-notification',
      },
    });
    expect(test.asked(via)).toEqual(['subscribe', 'renew-secret', 'events']);
  });

  it('tells of new events, for which the box is read and nothing else is asked', async () => {
    const trace = await subscribe();
    test.simulator.control.clearRequests();
    moveTo(trace.number, 600);
    expect(await told(trace, 'discharged')).toMatchObject({
      kind: 'answer',
      normalized: { holds: [{ type: 'customs', description: 'Customs inspection' }] },
      receipt: { reference: trace.awaiting?.reference, rule: 'waiting-for-notification' },
    });
    expect(test.asked(via)).toEqual(['events']);
    expect(receiver.requests.map(({ path }) => path)).toContain(`/tracehooks/${via}/${trace.number}`);
  });

  it('that is silent is looked at when the time has come', async () => {
    test.simulator.control.setSettings({ providerId: via, settings: { silent: true } });
    const trace = await subscribe();
    moveTo(trace.number, 600);
    await test.run([await test.settle(trace, { nextTraceAt: new Date() })]);
    await told(trace, 'discharged');
  });

  it('that lost a subscription is subscribed to anew', async () => {
    const trace = await subscribe();
    const lost = trace.awaiting?.reference ?? '';
    const url = `${test.simulator.baseUrls[via]}/v2/event-subscriptions/${lost}`;
    expect((await fetch(url, { method: 'DELETE', headers: { 'API-Key': apiKey } })).status).toBe(204);
    moveTo(trace.number, 600);
    await test.run([await test.settle(trace, { nextTraceAt: new Date() })]);
    const last = await told(trace, 'discharged');
    expect(last.receipt).toMatchObject({ reference: null, rule: 'answered' });
    const again = await run(await test.settle(trace, { nextTraceAt: new Date() }), 4);
    expect(again?.receipt).toMatchObject({ rule: 'first-look' });
    expect(again?.receipt?.reference).not.toBe(lost);
  });

  it('is not asked about a box that nobody traces', async () => {
    const event = { eventID: 'e1', eventType: 'TRANSPORT' };
    const id = await keep('XTRU9999990', Buffer.from(JSON.stringify([event])));
    await waitFor(async () => (await test.db.repositories.inbox.get(id))?.parsedAt, { what: 'the parsing' });
    expect(await test.db.repositories.inbox.get(id)).toMatchObject({ traceIds: [] });
    expect(test.asked(via)).toEqual([]);
  });

  it('is worked in the queue of its provider, where nothing failed', async () => {
    for (const queue of [traceQueue(via), inboxQueue])
      expect((await test.producer.counts(queue)).failed).toBe(0);
  });
});
