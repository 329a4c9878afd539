import type { ContainerResult } from '@envase/contracts';
import type { TraceDoc } from '@envase/db';
import { presentContainerResult } from '@envase/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../../test/api-client.ts';
import { addObservation, addResult, addTrace } from '../../test/build.ts';
import { startTestApi, type TestApi } from '../../test/start-test-api.ts';
import { findTrip } from './time-machine.ts';

let api: TestApi;
let client: ApiClient;
let box: TraceDoc;

const minute = (count: number) => new Date(Date.UTC(2026, 2, 2, 8, count));
const yard = {
  dischargeDateTimeLocal: '2026-03-02T00:05:00-08:00',
  yardLocation: 'A-1',
  containerState: 'In Yard',
};
const slice = (row: object) => ({ facilityCode: 'USLAX', availability: [row], emptyReturns: [] });
const failure = { code: 'provider_timeout', message: 'too late', retryAt: null, tell: null } as const;
let traces = 0;
const newTrace = (changes: Partial<TraceDoc> = {}) => {
  traces += 1;
  const at = minute(0);
  return addTrace(api, { number: `PAST${traces}`, createdAt: at, tripStartedAt: at, ...changes });
};

/** The payload of a result as the Trace Manager tells it. */
function resultOf(trace: TraceDoc, changes: Partial<ContainerResult>): ContainerResult {
  const at = { changes: [], nextTraceAt: null, tracedAt: null, now: minute(0) };
  return { ...presentContainerResult(trace, null, at), ...changes };
}

beforeAll(async () => {
  api = await startTestApi();
  client = await api.addClient();
  box = await newTrace({ tracing: false, nextTraceAt: null, stopReason: 'outgated', seq: 4 });
  await addObservation(api, box._id, { at: minute(1), lastAt: minute(9), times: 9 });
  // As an older mapper read it: not at all.
  await addObservation(api, box._id, { at: minute(10), slice: slice(yard) });
  await addObservation(api, box._id, { at: minute(20), kind: 'failure', raw: null, failure });
  const out = { ...yard, facilityOutDateTimeLocal: '2026-03-02T00:30:00-08:00' };
  await addObservation(api, box._id, { at: minute(35), slice: slice(out) });
  const told = (sequence: number, at: number, payload: object, action = 'TRACE_RESULT') =>
    addResult(api, box, { sequence, createdAt: minute(at), payload, action });
  const times = { tracedAt: minute(2).toISOString(), nextTraceAt: minute(12).toISOString() };
  await told(1, 2, resultOf(box, { status: 'not_found', ...times }));
  await told(2, 11, resultOf(box, { status: 'grounded', ...times }));
  await told(3, 36, resultOf(box, { status: 'outgated', ...times }));
  await told(4, 37, { reason: 'outgated' }, 'TRACE_STOPPED');
});
afterAll(() => api[Symbol.asyncDispose]());

async function read(trace: TraceDoc, query: string) {
  const { status, body } = await client.get(`/api/traces/${trace._id}?${query}`);
  expect(status).toBe(200);
  const state = body.state as ContainerResult;
  return { ...body, status: body.status, state, codes: state.events?.map(({ code }) => code) };
}
const asOf = (at: number, trace = box) => read(trace, `asOf=${minute(at).toISOString()}`);
const knownAt = (at: number, trace = box) => read(trace, `knownAt=${minute(at).toISOString()}`);

describe('?asOf=', () => {
  it('shows what was true then, by today’s mapper', async () => {
    expect(await asOf(0)).toMatchObject({ status: 'not_found', lastTracedAt: null, tracing: true });
    expect(await asOf(5)).toMatchObject({
      status: 'not_found',
      lastTracedAt: minute(5).toISOString(),
      sequence: 1,
      why: null,
    });
    const ashore = await asOf(10);
    expect(ashore).toMatchObject({ tracing: true, stopReason: null, trip: 1, nextTraceAt: null });
    expect(ashore.codes).toContain('discharged');
    expect(ashore.state).toMatchObject({ status: ashore.status, freshness: { stale: false } });
  });

  it('is stale after a failure, and has what came later only then', async () => {
    const failed = await asOf(20);
    expect(failed.state.freshness.stale).toBe(true);
    expect(failed.codes).not.toContain('outgated');
    const out = await asOf(36);
    expect(out).toMatchObject({ status: 'outgated', tracing: true });
    expect(out.codes).toContain('outgated');
    expect(await asOf(38)).toMatchObject({ status: 'outgated', tracing: false, stopReason: 'outgated' });
  });

  it('folds a story of any length', async () => {
    const trace = await newTrace();
    for (let count = 1; count <= 203; count += 1) {
      const row = { ...yard, yardLocation: `A-${count}` };
      await addObservation(api, trace._id, { at: new Date(minute(1).getTime() + count), slice: slice(row) });
    }
    const { state } = await asOf(2, trace);
    expect(JSON.stringify(state.events)).toContain('A-203');
  });

  it('knows only what its trip observed', async () => {
    const trace = await newTrace({ trip: 2, tripStartedAt: minute(60), earlierTrips: [minute(0)] });
    await addObservation(api, trace._id, { at: minute(10), slice: slice(yard) });
    expect(await asOf(30, trace)).toMatchObject({ trip: 1, state: { freshness: { stale: false } } });
    expect((await asOf(30, trace)).codes).toContain('discharged');
    expect(await asOf(61, trace)).toMatchObject({ trip: 2, status: 'not_found', lastTracedAt: null });
  });
});

describe('?knownAt=', () => {
  it('shows what had been told by then', async () => {
    expect(await knownAt(1)).toMatchObject({ status: 'not_found', sequence: 0, lastTracedAt: null });
    expect(await knownAt(10)).toMatchObject({ status: 'not_found', sequence: 1 });
    expect(await knownAt(11)).toMatchObject({
      status: 'grounded',
      sequence: 2,
      lastTracedAt: minute(2).toISOString(),
      nextTraceAt: minute(12).toISOString(),
      tracing: true,
    });
    expect(await knownAt(35)).toMatchObject({ status: 'grounded', sequence: 2 });
  });

  it('keeps the last result behind a stop', async () => {
    expect(await knownAt(90)).toMatchObject({
      status: 'outgated',
      state: { status: 'outgated' },
      sequence: 4,
      tracing: false,
      stopReason: 'outgated',
      nextTraceAt: null,
    });
  });

  it('shows what was given up as stopped, and a new trip as unknown', async () => {
    const trace = await newTrace({ trip: 2, tripStartedAt: minute(60), earlierTrips: [minute(0)] });
    await addResult(api, trace, {
      sequence: 1,
      createdAt: minute(2),
      payload: resultOf(trace, { status: 'grounded' }),
    });
    await addResult(api, trace, {
      sequence: 2,
      createdAt: minute(3),
      action: 'TRACE_STOPPED',
      payload: { reason: 'stopped_by_client' },
    });
    expect(await knownAt(4, trace)).toMatchObject({ trip: 1, status: 'stopped', tracing: false });
    const anew = await knownAt(61, trace);
    expect(anew).toMatchObject({ trip: 2, status: 'not_found', tracing: true, sequence: 2 });
  });
});

describe.each(['asOf', 'knownAt'])('?%s=', (name) => {
  const ask = (query: string) => client.get(`/api/traces/${box._id}?${query}`);

  it('answers 404 before the trace was there', async () => {
    const answer = await ask(`${name}=${new Date(minute(0).getTime() - 1).toISOString()}`);
    expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
  });

  it.each(['yesterday', '2026-03-02T08:00:00', '', '1', `2026-03-02&${name}=2026-03-03`])(
    'answers 400 for %s',
    async (text) => {
      const { status, body } = await ask(`${name}=${text}`);
      expect([status, body.details]).toEqual([400, [expect.objectContaining({ path: `query.${name}` })]]);
    },
  );

  it('answers the state of now for a time to come', async () => {
    expect(await read(box, `${name}=2099-01-01`)).toMatchObject({ status: 'outgated', sequence: 4 });
  });
});

it('both at once are refused', async () => {
  const { status, body } = await client.get(`/api/traces/${box._id}?asOf=2026-03-02&knownAt=2026-03-02`);
  expect([status, body.details]).toEqual([400, [{ path: 'query.knownAt', message: 'goes without asOf' }]]);
});

describe('findTrip', () => {
  it.each([
    [0, 1, 0],
    [9, 1, 0],
    [10, 2, 10],
    [20, 3, 20],
    [99, 3, 20],
  ])('finds at minute %i trip %i since minute %i', (at, trip, from) => {
    const trace = {
      trip: 3,
      createdAt: minute(0),
      tripStartedAt: minute(20),
      earlierTrips: [minute(0), minute(10)],
    };
    expect(findTrip(trace, minute(at))).toEqual({ trip, from: minute(from) });
  });
});
