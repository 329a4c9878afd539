import { connectEvents, traceRequests } from '@envase/queues';
import { clearFailpoints, setFailpoint } from '@envase/runtime';
import { waitFor } from '@envase/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ApiAnswer, ApiClient } from '../../test/api-client.ts';
import { addTrace, box, containerEvent, gateEvent } from '../../test/build.ts';
import { startTestApi, type TestApi } from '../../test/start-test-api.ts';

let api: TestApi;
let client: ApiClient;

beforeAll(async () => {
  api = await startTestApi();
  client = await api.addClient({ grants: [{ orgId: 'org-a', svcId: '*' }] });
});
afterEach(() => clearFailpoints());
afterAll(() => api[Symbol.asyncDispose]());

let keys = 0;
function newKey(): { 'Idempotency-Key': string } {
  keys += 1;
  return { 'Idempotency-Key': `key-${keys}` };
}

const isReplayed = (answer: ApiAnswer) => answer.headers.get('idempotency-replayed');
const idsOf = (answers: readonly ApiAnswer[]) => new Set(answers.map(({ body }) => body.id));

async function countEvents(): Promise<number> {
  return api.db.connection.collection('events').countDocuments({});
}

describe('Idempotency-Key', () => {
  it('answers a repeat with the first event, to the letter', async () => {
    const key = newKey();
    const containers = [{ id: box }, { id: 'MSCU123456' }, { id: '\ud800' }, { id: '\u0000é' }];
    const event = containerEvent({ payload: { containers } });
    const first = await client.post('/api/events', event, key);
    await addTrace(api);
    const repeat = await client.post('/api/events', event, key);
    expect([first.status, isReplayed(first)]).toEqual([201, null]);
    expect([repeat.status, isReplayed(repeat)]).toEqual([201, 'true']);
    expect(repeat.text).toBe(first.text);
  });

  it('makes one event of 1,000 publishes at once, with one answer', async () => {
    const key = newKey();
    const before = await countEvents();
    const publishes = Array.from({ length: 1_000 }, () => client.post('/api/events', containerEvent(), key));
    const answers = await Promise.all(publishes);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter((answer) => isReplayed(answer) === null)).toHaveLength(1);
    expect((await countEvents()) - before).toBe(1);
  });

  it('makes one event where another process is as fast', async () => {
    const key = newKey();
    await using other = await startTestApi({ sharing: api });
    const there = other.asClient(client);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => (n % 2 ? client : there).post('/api/events', gateEvent(), key)),
    );
    expect(answers.every(({ status }) => status === 201)).toBe(true);
    expect(idsOf(answers).size).toBe(1);
  });

  it('answers the repeat of a stop, which has nothing left to stop', async () => {
    const key = newKey();
    const trace = await addTrace(api, { svcId: 'svc-stop' });
    const stop = containerEvent({ svcId: 'svc-stop', action: 'TRACE_STOP_REQUESTED' });
    const first = await client.post('/api/events', stop, key);
    await api.db.repositories.traces.swap([
      { expectedRev: trace.rev, trace: { ...trace, rev: trace.rev + 1, tracing: false, nextTraceAt: null } },
    ]);
    await api.db.repositories.events.settleOwed(String(first.body.id), 'trace');
    const repeat = await client.post('/api/events', stop, key);
    expect([repeat.status, isReplayed(repeat), repeat.text]).toEqual([201, 'true', first.text]);
    expect((await client.post('/api/events', stop, newKey())).status).toBe(400);
    const other = { ...stop, payload: { ...stop.payload, reference: 'R' } };
    expect((await client.post('/api/events', other, key)).status).toBe(422);
  });

  it('refuses another body with 422', async () => {
    const key = newKey();
    await client.post('/api/events', gateEvent(), key);
    const other = await client.post('/api/events', gateEvent({ payload: { gate: 8 } }), key);
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_mismatch']);
  });

  it('refuses all but one of different bodies at once', async () => {
    const key = newKey();
    const bodies = Array.from({ length: 10 }, (_, gate) => gateEvent({ payload: { gate } }));
    const answers = await Promise.all(bodies.map((body) => client.post('/api/events', body, key)));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array.from({ length: 9 }, () => 422)]);
  });

  it('counts per client, organization and service', async () => {
    const key = newKey();
    const other = await api.addClient({ grants: [{ orgId: 'org-a', svcId: '*' }] });
    const answers = [
      await client.post('/api/events', gateEvent(), key),
      await client.post('/api/events', gateEvent({ svcId: 'svc-2' }), key),
      await other.post('/api/events', gateEvent(), key),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(idsOf(answers).size).toBe(3);
  });

  it('stays free after a refused request', async () => {
    const key = newKey();
    const bad = await client.post('/api/events', containerEvent({ payload: { providerId: 'none' } }), key);
    const good = await client.post('/api/events', containerEvent(), key);
    expect([bad.status, good.status, isReplayed(good)]).toEqual([400, 201, null]);
  });

  it.each([
    ['an empty one', ''],
    ['blanks', 'a b'],
    ['256 characters', 'k'.repeat(256)],
    ['umlauts', 'ä'],
  ])('is refused where it is %s', async (_name, key) => {
    const answer = await client.post('/api/events', gateEvent(), { 'Idempotency-Key': key });
    expect(answer.status).toBe(400);
    expect(answer.body.details).toMatchObject([{ path: 'header.Idempotency-Key' }]);
  });

  it('makes a new event of every publish without one', async () => {
    const answers = [
      await client.post('/api/events', gateEvent()),
      await client.post('/api/events', gateEvent()),
    ];
    expect(idsOf(answers).size).toBe(2);
  });
});

describe('durability', () => {
  it('answers 500 and stores nothing where it dies before the insert', async () => {
    const before = await countEvents();
    setFailpoint('C1', 'throw');
    const answer = await client.post('/api/events', gateEvent());
    expect([answer.status, answer.body.code]).toEqual([500, 'internal']);
    expect(await countEvents()).toBe(before);
  });

  it('answers the repeat with the event it had stored where it dies after the insert', async () => {
    const key = newKey();
    setFailpoint('C2', 'throw');
    const lost = await client.post('/api/events', containerEvent(), key);
    clearFailpoints();
    const repeat = await client.post('/api/events', containerEvent(), key);
    expect([lost.status, repeat.status, isReplayed(repeat)]).toEqual([500, 201, 'true']);
    const event = await api.db.repositories.events.get(String(repeat.body.id));
    expect(event?.todo).toEqual(['hooks', 'trace']);
  });

  it('has the event stored by the time of the answer, and its jobs queued soon after', async () => {
    const before = await counts();
    const { body } = await client.post('/api/events', containerEvent());
    expect(await api.db.repositories.events.get(String(body.id))).not.toBeNull();
    const wanted = before.map((count) => count + 1);
    await waitFor(async () => JSON.stringify(await counts()) === JSON.stringify(wanted), {
      what: 'two jobs',
    });
  });

  it('answers 201 soon while Redis is away', async () => {
    await using away = await startTestApi({ redisUrl: 'redis://127.0.0.1:1' });
    const lone = await away.addClient();
    const startedAt = Date.now();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => lone.post('/api/events', containerEvent())),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 201));
    expect(Date.now() - startedAt).toBeLessThan(3_000);
    const owing = await away.db.repositories.events.findOwing('trace', new Date(Date.now() + 60_000), 100);
    expect(owing).toHaveLength(20);
  });
});

async function counts(): Promise<number[]> {
  const waiting = [connectEvents, traceRequests].map((queue) => api.producer.counts(queue));
  return (await Promise.all(waiting)).map((count) => count.waiting);
}

describe('RateLimit-*', () => {
  it('stands on every answer, and 429 tells when to try again', async () => {
    await using limited = await startTestApi({ config: { PUBLISHES_PER_MINUTE: 2 } });
    const [one, other] = [await limited.addClient(), await limited.addClient()];
    const answers = [
      await one.post('/api/events', gateEvent()),
      await one.post('/api/events', {}),
      await one.post('/api/events', gateEvent()),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 400, 429]);
    expect(answers.map(({ headers }) => headers.get('ratelimit-remaining'))).toEqual(['1', '0', '0']);
    expect(answers.every(({ headers }) => headers.get('ratelimit-limit') === '2')).toBe(true);
    expect(Number(answers[2]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await other.post('/api/events', gateEvent())).status).toBe(201);
    expect((await one.get('/api/events')).headers.get('ratelimit-limit')).toBeNull();
  });
});
