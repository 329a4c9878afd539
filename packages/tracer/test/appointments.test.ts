import { connectEvents, inbox as inboxQueue } from '@envase/queues';
import { clearFailpoints, newEventId, setFailpoint } from '@envase/runtime';
import { waitFor } from '@envase/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestTracer, type TestTracer } from './start-test-tracer.ts';

let test: TestTracer;

beforeAll(async () => {
  // It needs the login of no provider.
  test = await startTestTracer({ connections: () => ({}) });
});
afterAll(() => test.stop());
afterEach(() => clearFailpoints());

async function receive(body: string, hasJob = true): Promise<string> {
  const receivedAt = new Date();
  const _id = newEventId(receivedAt.getTime());
  const from = { providerId: 'ictsi', path: 'appointment-details', contentType: 'application/json' };
  await test.db.repositories.inbox.insert({
    ...from,
    _id,
    body: Buffer.from(body),
    receivedAt,
    dueAt: receivedAt,
  });
  if (hasJob) await test.producer.addLane(inboxQueue, 'inbox.parse', { laneId: _id, data: { inboxId: _id } });
  return _id;
}

const bodyOf = (...boxes: string[]) =>
  JSON.stringify(boxes.map((box) => ({ data: { detail: { ctr_id: box, state: 'LATE' } } })));

const settled = (id: string) =>
  waitFor(
    async () => {
      const item = await test.db.repositories.inbox.get(id);
      return item?.dueAt === undefined && item?.parsedAt ? item : null;
    },
    { what: 'the body to be read', timeoutMs: 20_000 },
  );

const grants = [{ orgId: 'ENVASE', svcId: 'ICTSI-INTEGRATION' }];
async function toldOf(box: string) {
  const { items } = await test.db.repositories.events.list({ clientId: 'c', grants }, {}, { limit: 200 });
  // A result's payload is stored as a document.
  return items.filter(({ payload }) => (payload as { containerNumber?: string }).containerNumber === box);
}

describe('what is told of appointments', () => {
  it('becomes an event for each, owed to hooks and of no trace', async () => {
    const id = await receive(bodyOf('XTRU2000100', 'XTRU2000116'));
    expect(await settled(id)).toMatchObject({ traceIds: [] });
    for (const box of ['XTRU2000100', 'XTRU2000116']) {
      expect(await toldOf(box)).toMatchObject([
        {
          ...grants[0],
          type: 'APPOINTMENT',
          action: 'TRACE_RESULT',
          sequence: null,
          traceId: null,
          isTest: false,
          payload: { containerNumber: box, code: 'LATE', providerId: 'ictsi' },
          todo: ['hooks'],
        },
      ]);
    }
    await waitFor(async () => (await test.producer.counts(connectEvents)).waiting >= 2, { what: 'fan-out' });
  });

  it('is told once over a crash after it was told', async () => {
    const before = (await test.producer.counts(inboxQueue)).failed;
    setFailpoint('inbox.after-tell', 'throw');
    const id = await receive(bodyOf('XTRU2000121'));
    await waitFor(async () => (await test.producer.counts(inboxQueue)).failed > before, {
      what: 'the crash',
      timeoutMs: 20_000,
    });
    clearFailpoints();
    await test.producer.addLane(inboxQueue, 'inbox.parse', { laneId: id, data: { inboxId: id } });
    await settled(id);
    expect(await toldOf('XTRU2000121')).toHaveLength(1);
  });

  it('is found where its job was lost, and kept with its fault where it cannot be read', async () => {
    const [lost, unread] = [await receive(bodyOf('XTRU2000137'), false), await receive('<html>')];
    await settled(lost);
    expect(await toldOf('XTRU2000137')).toHaveLength(1);
    expect(await settled(unread)).toMatchObject({ fault: 'provider_answer' });
  });
});
