import { historyEntry, observationEntry, pageOf, traceExplanation } from '@envase/contracts';
import { notFound } from '@envase/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../../test/api-client.ts';
import { addObservation, addResult, addTrace } from '../../test/build.ts';
import { startTestApi, type TestApi } from '../../test/start-test-api.ts';

let api: TestApi;
let client: ApiClient;
beforeAll(async () => {
  api = await startTestApi();
  client = await api.addClient();
});
afterAll(() => api[Symbol.asyncDispose]());

const at = (minute: number) => new Date(Date.UTC(2026, 10, 24, 8, minute));
let traces = 0;
const newTrace = (changes: Parameters<typeof addTrace>[1] = {}) => {
  traces += 1;
  return addTrace(api, { number: `STORY${traces}`, ...changes });
};

/** Every item of a list, `limit` at a time; `between` runs after every page. */
async function readAll(path: string, limit: number, between?: () => Promise<unknown>) {
  const items: Record<string, unknown>[] = [];
  let cursor: unknown = null;
  do {
    const { status, body } = await client.get(`${path}?limit=${limit}${cursor ? `&cursor=${cursor}` : ''}`);
    expect(status).toBe(200);
    items.push(...(body.data as Record<string, unknown>[]));
    cursor = body.nextCursor;
    await between?.();
  } while (cursor !== null);
  return items;
}

describe('GET /api/traces/{id}/history', () => {
  it('tells every result and stop with what it changed, newest first', async () => {
    const trace = await newTrace();
    const changes = [{ field: 'status', previous: 'discharged', current: 'available' }];
    const told = [
      await addResult(api, trace, { sequence: 1, createdAt: at(1) }),
      await addResult(api, trace, {
        sequence: 2,
        createdAt: at(2),
        payload: { status: 'available', changes },
      }),
      await addResult(api, trace, {
        sequence: 3,
        createdAt: at(3),
        action: 'TRACE_STOPPED',
        payload: { reason: 'stopped_by_client' },
      }),
    ];
    await addResult(api, await newTrace(), { sequence: 1 });
    const { body } = await client.get(`/api/traces/${trace._id}/history`);
    expect(pageOf(historyEntry).parse(body)).toEqual({
      data: [
        { status: 'stopped', changes: [] },
        { status: 'available', changes },
        { status: 'discharged', changes: [] },
      ].map((one, index) => ({
        ...one,
        eventId: told[2 - index]?._id,
        sequence: 3 - index,
        createdAt: at(3 - index).toISOString(),
        action: index === 0 ? 'TRACE_STOPPED' : 'TRACE_RESULT',
      })),
      nextCursor: null,
    });
  });

  it('pages without repeating or hiding anything while more is told', async () => {
    const trace = await newTrace();
    let told = 0;
    const tellMore = () => addResult(api, trace, { sequence: ++told });
    for (let count = 0; count < 5; count += 1) await tellMore();
    const items = await readAll(`/api/traces/${trace._id}/history`, 2, tellMore);
    expect(items.map(({ sequence }) => sequence)).toEqual([5, 4, 3, 2, 1]);
  });

  it('refuses the cursor of another trace', async () => {
    const trace = await newTrace();
    await addResult(api, trace, { sequence: 1 });
    await addResult(api, trace, { sequence: 2 });
    const { body } = await client.get(`/api/traces/${trace._id}/history?limit=1`);
    const other = await newTrace();
    const answer = await client.get(`/api/traces/${other._id}/history?cursor=${String(body.nextCursor)}`);
    expect(answer.status).toBe(400);
    expect(answer.body.details).toMatchObject([{ path: 'query.cursor' }]);
  });
});

describe('GET /api/traces/{id}/observations', () => {
  it('shows the provider’s own words beside ours', async () => {
    const { _id } = await newTrace();
    const slice = { Unit: 'STORY', Weight: 1.5, holds: ['CUSTOMS'], $where: null };
    const normalized = { ...notFound(at(1).toISOString()), found: true, description: "40' dry" };
    const answer = await addObservation(api, _id, { slice, at: at(1), normalized, times: 3, lastAt: at(2) });
    const failure = { code: 'provider_timeout', message: 'too late', retryAt: null, tell: null } as const;
    await addObservation(api, _id, { at: at(3), kind: 'failure', raw: null, normalized: null, failure });
    const { body } = await client.get(`/api/traces/${_id}/observations`);
    const { data } = pageOf(observationEntry).parse(body);
    expect(data).toEqual([
      expect.objectContaining({ kind: 'failure', raw: null, normalized: null }),
      {
        id: answer._id,
        kind: 'answer',
        observedAt: at(1).toISOString(),
        lastAt: at(2).toISOString(),
        times: 3,
        hash: answer.hash,
        mapperVersion: '1',
        raw: slice,
        normalized,
      },
    ]);
  });

  it('pages without repeating or hiding anything while more is observed', async () => {
    const { _id } = await newTrace();
    let seen = 0;
    const observe = () => addObservation(api, _id, { slice: { seen: ++seen }, at: at(seen) });
    for (let count = 0; count < 5; count += 1) await observe();
    const items = await readAll(`/api/traces/${_id}/observations`, 2, observe);
    expect(items.map(({ raw }) => raw)).toEqual([5, 4, 3, 2, 1].map((each) => ({ seen: each })));
  });
});

describe('GET /api/traces/{id}/explain', () => {
  it('tells why it ran and runs when it does, and what it waits for', async () => {
    const nextTraceAt = new Date(Date.now() + 3_600_000);
    const why = {
      rule: 'available',
      inputs: { intervalMs: 3_600_000 },
      losers: [{ rule: 'appointment-soon', reason: 'no appointment' }],
    };
    const lastWhy = { rule: 'published', inputs: { eventId: 'e1' }, losers: [] };
    const { _id } = await newTrace({ nextTraceAt, why, lastWhy, via: 'trapac', providerId: 'trapac' });
    await addObservation(api, _id, { at: at(5) });
    const until = new Date(Date.now() + 60_000);
    const breaker = { state: 'open', until, failures: 6 } as const;
    await api.db.repositories.providerStates.swap(null, { _id: 'trapac', rev: 1, breaker });
    const { body } = await client.get(`/api/traces/${_id}/explain`);
    expect(traceExplanation.parse(body)).toEqual({
      last: { at: at(5).toISOString(), why: lastWhy },
      next: { at: nextTraceAt.toISOString(), ...why },
      blockedBy: [{ what: 'provider_down', until: until.toISOString() }],
      sooner: [
        'A refresh, or publishing the box again, runs it at once',
        '"appointment-soon" traces every 10 min, but: no appointment',
      ],
    });
  });

  it('tells that its provider or its organization is paused, and until when', async () => {
    const { _id } = await newTrace({ via: 'bnsf', providerId: 'bnsf' });
    const until = new Date(Date.now() + 60_000);
    const pause = { kind: 'provider', id: 'bnsf', reason: 'secret words', by: 'operator' } as const;
    await api.db.repositories.pauses.put({ ...pause, _id: 'provider~bnsf', since: at(0), until });
    const { body } = await client.get(`/api/traces/${_id}/explain`);
    expect(traceExplanation.parse(body)).toMatchObject({
      blockedBy: [{ what: 'provider_paused', until: until.toISOString() }],
    });
    expect(JSON.stringify(body)).not.toContain('secret words');
  });

  it('has no last run before the first, and no next one when tracing has ended', async () => {
    const { _id } = await newTrace({ tracing: false, nextTraceAt: null, stopReason: 'outgated' });
    const { body } = await client.get(`/api/traces/${_id}/explain`);
    expect(body).toMatchObject({ last: null, next: null, blockedBy: [] });
  });
});
