import { inbox as inboxQueue, traceQueue, traceResults } from '@envase/queues';
import { clearFailpoints, newEventId, setFailpoint } from '@envase/runtime';
import { type Receiver, startReceiver, waitFor } from '@envase/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildTrace } from './build.ts';
import { loginOf, startTestTracer, type TestTracer } from './start-test-tracer.ts';

const via = 'terminal49';
const minute = 60_000;
let test: TestTracer;
let receiver: Receiver;
const ids: string[] = [];

beforeAll(async () => {
  test = await startTestTracer({
    connections: ({ terminal49 }) => ({
      terminal49: { baseUrl: terminal49, credentials: { apiKey: loginOf(via, 'api key') } },
    }),
  });
  // In Connect Data's place: what comes is kept, then answered.
  receiver = await startReceiver(async ({ rawBody }) => {
    await keep(rawBody);
    return 204;
  });
  const headers = { authorization: `Token ${loginOf(via, 'api key')}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ url: receiver.url, active: true, events: ['*'] });
  await fetch(`${test.simulator.baseUrls.terminal49}/webhooks`, { method: 'POST', headers, body });
});
afterAll(async () => {
  await test.stop();
  await receiver.close();
});
afterEach(() => {
  clearFailpoints();
  test.simulator.control.clearFaults();
  test.simulator.control.clearRequests();
});

async function keep(body: Uint8Array, dueAt = new Date(), hasJob = true): Promise<string> {
  const now = new Date();
  const _id = newEventId(now.getTime());
  ids.push(_id);
  await test.db.repositories.inbox.insert({
    _id,
    providerId: via,
    path: '',
    contentType: 'application/json',
    body,
    receivedAt: now,
    dueAt,
  });
  if (hasJob) await test.producer.addLane(inboxQueue, 'inbox.parse', { laneId: _id, data: { inboxId: _id } });
  return _id;
}

const at = (journey: string, number: string, sinceMinutes: number) =>
  test.simulator.control.setJourney({
    number,
    providerId: via,
    journey,
    startAt: Date.now() - sinceMinutes * minute,
  });

let serial = 500;
async function publish(journey = 'import', sinceMinutes = 10) {
  serial += 1;
  const number = `XTRU${String(serial).padStart(6, '0')}0`;
  at(journey, number, sinceMinutes);
  const [trace] = await test.insert(buildTrace({ number, siteId: '', providerId: via, via }));
  if (!trace) throw new Error('one trace');
  return trace;
}

/** Subscribed, settled, and not due for a while. */
async function subscribe(journey?: string, sinceMinutes?: number) {
  const trace = await publish(journey, sinceMinutes);
  await test.run([trace]);
  await test.observed(trace, 1);
  return test.settle(trace, { nextTraceAt: new Date(Date.now() + 60 * minute) });
}

const told = async (trace: Awaited<ReturnType<typeof subscribe>>, holds: boolean) =>
  waitFor(
    async () =>
      (await test.observationsOf(trace)).find(
        ({ normalized }) => normalized?.found && (normalized.holds?.length ?? 0) > 0 === holds,
      ),
    { what: 'what was told' },
  );

describe('a provider that notifies', () => {
  it('is subscribed to once, and looked at for what never came six hours later', async () => {
    const trace = await subscribe();
    const [receipt] = await test.observationsOf(trace);
    expect(receipt?.receipt).toMatchObject({ waitMs: 360 * minute, rule: 'waiting-for-notification' });
    expect(test.asked(via).filter((one) => one === 'request')).toEqual(['request']);
  });

  it('tells of a box, and what it tells is observed without a question', async () => {
    const trace = await subscribe();
    await told(trace, false);
    test.simulator.control.clearRequests();
    at('import', trace.number, 600);
    const observation = await told(trace, true);
    expect(observation).toMatchObject({
      kind: 'answer',
      normalized: { found: true, holds: [{ type: 'customs', description: 'CUSTOMS HOLD' }] },
      receipt: { reference: trace.awaiting?.reference, rule: 'waiting-for-notification' },
    });
    expect(test.asked(via)).toEqual([]);
  });

  it('that says too little is asked for the box', async () => {
    const trace = await subscribe('import', 1_100);
    await waitFor(
      async () => (await test.observationsOf(trace)).some(({ normalized }) => normalized?.appointment),
      { what: 'the appointment' },
    );
    await waitFor(() => test.asked(via).includes('container'), { what: 'the reading of the container' });
  });

  it('tells every organization that traces the box, and a second one subscribes to nothing anew', async () => {
    const trace = await subscribe();
    await told(trace, false);
    test.simulator.control.clearRequests();
    const [other] = await test.insert(
      buildTrace({
        ...trace,
        _id: `other-${trace._id}`,
        awaiting: null,
        orgId: 'org-2',
        nextTraceAt: new Date(),
        settled: null,
      }),
    );
    if (!other) throw new Error('one trace');
    await test.run([other]);
    const reference = trace.awaiting?.reference;
    const { receipt } = await waitFor(
      async () => (await test.observationsOf(other)).find((one) => one.receipt?.rule === 'shared-order'),
      { what: 'the shared order' },
    );
    expect(receipt).toEqual({ reference, waitMs: 0, rule: 'shared-order' });
    expect(test.asked(via)).toEqual([]);
    const due = await test.settle(other);
    await test.run([due]);
    await waitFor(async () => (await test.observationsOf(other)).some(({ kind }) => kind === 'answer'), {
      what: 'a look',
    });
    at('import', trace.number, 600);
    await Promise.all([told(trace, true), told(due, true)]);
  });

  it('that repeats itself changes nothing', async () => {
    test.simulator.control.setSettings({ providerId: via, settings: { duplicates: true } });
    const trace = await subscribe('import', 600);
    const observation = await told(trace, true);
    await waitFor(
      async () => (await test.db.repositories.observations.newest([trace._id])).get(trace._id)?.times !== 1,
      {
        what: 'a repetition',
      },
    );
    const all = (await test.observationsOf(trace)).filter(({ kind }) => kind === 'answer');
    // The first word may come before the subscription is settled: then it names none, and is told of the same box.
    const said = new Set(all.map(({ raw }) => Buffer.from(raw ?? []).toString('hex')));
    expect(said).toEqual(new Set([Buffer.from(observation.raw ?? []).toString('hex')]));
    test.simulator.control.setSettings({ providerId: via, settings: {} });
  });

  it('that is silent is looked at when the time has come', async () => {
    test.simulator.control.setSettings({ providerId: via, settings: { silent: true } });
    const trace = await subscribe('import', 600);
    const due = await test.settle(trace, { nextTraceAt: new Date() });
    await test.run([due]);
    const observation = await told(trace, true);
    expect(observation.receipt).toMatchObject({ reference: trace.awaiting?.reference, waitMs: 360 * minute });
    test.simulator.control.setSettings({ providerId: via, settings: {} });
  });
});

describe('a body that was kept', () => {
  const aboutNobody = Buffer.from(
    JSON.stringify({
      data: {
        id: 'n1',
        type: 'webhook_notification',
        attributes: { event: 'container.updated', created_at: new Date().toISOString() },
      },
      included: [{ id: 'c1', type: 'container', attributes: { number: 'TSTU9999990' } }],
    }),
  );
  const get = (id: string) => test.db.repositories.inbox.get(id);

  it('about a box that nobody traces stays as it is and owes nothing', async () => {
    const id = await keep(aboutNobody);
    await waitFor(async () => (await get(id))?.parsedAt, { what: 'the parsing' });
    expect(await get(id)).toMatchObject({ traceIds: [] });
    expect(await get(id)).not.toHaveProperty('dueAt');
  });

  it('that cannot be read is kept with its fault', async () => {
    const id = await keep(Buffer.from('no JSON'));
    await waitFor(async () => (await get(id))?.fault, { what: 'the fault' });
    expect(await get(id)).not.toHaveProperty('dueAt');
  });

  it('whose job was lost is found by the pump', async () => {
    const id = await keep(aboutNobody, new Date(), false);
    await waitFor(async () => (await get(id))?.parsedAt, { what: 'the pump' });
  });

  it('is observed again after a crash before it was marked, and told once', async () => {
    const trace = await subscribe();
    await told(trace, false);
    const before = (await test.producer.counts(inboxQueue)).failed;
    setFailpoint('inbox.after-record', 'throw');
    at('import', trace.number, 600);
    await waitFor(async () => (await test.producer.counts(inboxQueue)).failed > before, {
      what: 'the crash',
    });
    clearFailpoints();
    await told(trace, true);
    const owing = ids.at(-1) ?? '';
    await test.db.repositories.inbox.postpone(ids, new Date());
    await waitFor(async () => (await get(owing))?.parsedAt, { what: 'the parsing' });
    const held = (await test.observationsOf(trace)).filter(
      ({ normalized }) => (normalized?.holds?.length ?? 0) > 0,
    );
    expect(new Set(held.map(({ hash }) => hash)).size).toBe(1);
  });

  it('stays owed until what it said is settled', async () => {
    const trace = await subscribe('import', 600);
    await told(trace, true);
    const owing = async () =>
      (await Promise.all(ids.map(get))).filter((item) => item?.traceIds?.includes(trace._id) && item.dueAt);
    await waitFor(async () => (await owing()).length > 0, { what: 'a debt' });
    await test.db.repositories.inbox.postpone(ids, new Date());
    await waitFor(async () => (await test.producer.counts(traceResults)).waiting > 0, {
      what: 'a settle job',
    });
    await waitFor(
      async () => {
        await test.settle(trace);
        await test.db.repositories.inbox.postpone(ids, new Date());
        return (await owing()).length === 0;
      },
      { what: 'nothing to be owed' },
    );
  });
});

it('works the queue of the provider', async () => {
  expect((await test.producer.counts(traceQueue(via))).failed).toBe(0);
});
