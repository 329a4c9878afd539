import type { PublishItem } from '@envase/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../../test/api-client.ts';
import { addTrace, box, containerEvent, otherBox } from '../../test/build.ts';
import { startTestApi, type TestApi } from '../../test/start-test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

/** A client of an organization that nobody used before. */
async function newOwner(): Promise<{ client: ApiClient; orgId: string }> {
  owners += 1;
  const orgId = `org-${owners}`;
  return { orgId, client: await api.addClient({ grants: [{ orgId, svcId: 'svc-1' }] }) };
}
let owners = 0;

async function publish(client: ApiClient, body: object) {
  const answer = await client.post('/api/events', { ...body, orgId: undefined, svcId: undefined });
  const stored = await api.db.repositories.events.get(String(answer.body.id));
  return { answer, stored, items: (answer.body.items ?? []) as PublishItem[] };
}

const stop = (changes: { payload?: object } = {}) => ({
  ...containerEvent(changes),
  action: 'TRACE_STOP_REQUESTED',
});
const resume = () => ({ ...containerEvent(), action: 'TRACE_RESUME_REQUESTED' });

describe('a test publish', () => {
  const playing = (scenario: unknown) => ({
    ...containerEvent({ payload: { data: { scenario } } }),
    isTest: true,
  });

  it.each([
    ['held', 'held'],
    ['', 'import'],
    [undefined, 'import'],
    [null, 'import'],
  ])('that names the scenario %j plays %s', async (sent, scenario) => {
    const { client } = await newOwner();
    const { stored } = await publish(client, playing(sent));
    expect(stored).toMatchObject({ isTest: true, order: { scenario, providerId: 'apm' } });
  });

  it.each(['no such', 7, 'constructor', ['held']])('that names %j is told the scenarios', async (sent) => {
    const { client } = await newOwner();
    const { answer } = await publish(client, playing(sent));
    expect(answer.status).toBe(400);
    expect(answer.body.details).toEqual([
      { path: '/payload/data/scenario', message: expect.stringMatching(/known: import, hold/) },
    ]);
  });

  it('alone has a scenario: to a real one it is a word like any other', async () => {
    const { client } = await newOwner();
    const { answer, stored } = await publish(client, { ...playing('no such'), isTest: false });
    expect(answer.status).toBe(201);
    expect(stored?.order).not.toHaveProperty('scenario');
  });
});

describe('verdicts', () => {
  it('answer each number on its own, and one bad one never sinks the batch', async () => {
    const { client } = await newOwner();
    const ids = [box, 'MSCU123456', 'MSCU1234565', 'TRAILER9', '!'];
    const containers = ids.map((id) => ({ id }));
    const { answer, items, stored } = await publish(client, containerEvent({ payload: { containers } }));
    expect(answer.status).toBe(201);
    expect(items.map(({ id, verdict }) => [id, verdict])).toEqual([
      [box, 'ok'],
      ['MSCU123456', 'missing_check_digit'],
      ['MSCU1234565', 'wrong_check_digit'],
      ['TRAILER9', 'not_iso6346'],
      ['!', 'rejected'],
    ]);
    expect(items[1]).toMatchObject({ normalizedId: box, traceId: items[0]?.traceId });
    expect(items[2]?.warnings).toMatchObject([{ code: 'wrong_check_digit', suggestion: expect.any(String) }]);
    expect(items[4]).toMatchObject({ outcome: 'rejected', traceId: null, reason: expect.any(String) });
    // The completed number is the same box as the first: one trace.
    expect(stored?.order?.items.map(({ number }) => number)).toEqual([box, 'MSCU1234565', 'TRAILER9']);
  });

  it('take 1,000 containers', async () => {
    const { client } = await newOwner();
    const containers = Array.from({ length: 1_000 }, (_, n) => ({ id: `TRAILER${n}` }));
    const { answer, items } = await publish(client, containerEvent({ payload: { containers } }));
    expect(answer.status).toBe(201);
    expect(new Set(items.map(({ traceId }) => traceId)).size).toBe(1_000);
  });
});

describe('outcomes', () => {
  it('are tracking for a new box and forced for one that is traced', async () => {
    const { client, orgId } = await newOwner();
    const first = await publish(client, containerEvent());
    expect(first.items).toMatchObject([{ outcome: 'tracking' }]);
    const trace = await addTrace(api, { orgId });
    expect(trace._id).toBe(first.items[0]?.traceId);
    const again = await publish(client, containerEvent());
    expect(again.items).toMatchObject([{ outcome: 'forced', traceId: trace._id, warnings: [] }]);
  });

  it('are tracking again for a box whose trace has ended', async () => {
    const { client, orgId } = await newOwner();
    await addTrace(api, { orgId, tracing: false, stopReason: 'outgated', nextTraceAt: null });
    expect((await publish(client, containerEvent())).items).toMatchObject([{ outcome: 'tracking' }]);
  });

  it('warn of other active traces of the same box', async () => {
    const { client, orgId } = await newOwner();
    const elsewhere = await addTrace(api, { orgId, siteId: 'USNWK' });
    await addTrace(api, { orgId, siteId: 'USMOB', tracing: false, nextTraceAt: null });
    await addTrace(api, { orgId, siteId: 'USMIA', isTest: true });
    await addTrace(api, { orgId: 'org-else', siteId: 'USNWK' });
    const { items } = await publish(client, containerEvent());
    expect(items[0]?.outcome).toBe('tracking');
    expect(items[0]?.warnings).toMatchObject([{ code: 'also_traced', traceIds: [elsewhere._id] }]);
  });

  it('keep test and real traces apart', async () => {
    const { client } = await newOwner();
    const real = await publish(client, containerEvent());
    const test = await publish(client, containerEvent({ isTest: true }));
    expect(test.answer.body.isTest).toBe(true);
    expect(test.items[0]?.traceId).not.toBe(real.items[0]?.traceId);
  });
});

describe('replaces', () => {
  it('names another trace of the same box, and no warning tells of it', async () => {
    const { client, orgId } = await newOwner();
    const { _id: replaces } = await addTrace(api, { orgId, siteId: 'USNWK' });
    const { answer, stored, items } = await publish(client, containerEvent({ payload: { replaces } }));
    expect(answer.status, answer.text).toBe(201);
    expect(stored?.order?.replaces).toBe(replaces);
    expect(items[0]?.warnings).toEqual([]);
  });

  it('is refused for another box, a foreign trace, a test trace and the trace itself', async () => {
    const { client, orgId } = await newOwner();
    const traces = [
      await addTrace(api, { orgId, number: otherBox }),
      await addTrace(api, { orgId: 'org-foreign' }),
      await addTrace(api, { orgId, isTest: true }),
      await addTrace(api, { orgId }),
    ];
    for (const { _id: replaces } of traces) {
      const { answer } = await publish(client, containerEvent({ payload: { replaces } }));
      expect(answer.status, answer.text).toBe(400);
      expect(answer.body.details).toMatchObject([{ path: '/payload/replaces' }]);
    }
  });
});

describe('stop and resume', () => {
  it('mean every service of the box at the provider and site', async () => {
    const { client, orgId } = await newOwner();
    const availability = await addTrace(api, { orgId });
    const empty = await addTrace(api, { orgId, service: 'empty' });
    await addTrace(api, { orgId, siteId: 'USNWK' });
    const { items, stored } = await publish(client, stop());
    expect(items).toMatchObject([
      { outcome: 'stopped', traceId: availability._id, traceIds: [availability._id, empty._id] },
    ]);
    expect(stored?.order).toMatchObject({ verb: 'stop', service: null });
    expect(stored?.order?.items.map(({ traceId }) => traceId)).toEqual([availability._id, empty._id]);
  });

  it('resume what was stopped', async () => {
    const { client, orgId } = await newOwner();
    const ended = { tracing: false, stopReason: 'stopped_by_client', nextTraceAt: null } as const;
    const { _id } = await addTrace(api, { orgId, ...ended });
    const { items, stored } = await publish(client, resume());
    expect(items).toMatchObject([{ outcome: 'resumed', traceId: _id, traceIds: [_id] }]);
    expect(stored?.order?.verb).toBe('resume');
  });

  it('reject what is not traced, alone with 400', async () => {
    const { client, orgId } = await newOwner();
    await addTrace(api, { orgId });
    const both = { payload: { containers: [{ id: box }, { id: otherBox }] } };
    const mixed = await publish(client, stop(both));
    expect(mixed.items).toMatchObject([{ outcome: 'stopped' }, { outcome: 'rejected', traceId: null }]);
    const alone = await publish(client, stop({ payload: { containers: [{ id: otherBox }] } }));
    expect(alone.answer.status).toBe(400);
    expect(alone.answer.body.details).toMatchObject([{ path: '/payload/containers/0/id' }]);
    await api.db.repositories.events.settleOwed(String(mixed.answer.body.id), 'trace');
    expect((await publish(client, resume())).answer.status).toBe(400);
  });
});
