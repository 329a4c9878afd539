import { providerRetrievals } from '@envase/queues';
import { clearFailpoints, setFailpoint } from '@envase/runtime';
import { waitFor } from '@envase/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildTrace } from './build.ts';
import { loginOf, startTestTracer, type TestTracer } from './start-test-tracer.ts';

const via = 'vizion';
const minute = 60_000;
/** Real milliseconds of the five minutes between two retrievals. */
const speed = 300;
let test: TestTracer;

beforeAll(async () => {
  test = await startTestTracer({
    speed,
    connections: ({ vizion }) => ({
      vizion: { baseUrl: vizion, credentials: { apiKey: loginOf(via, 'header X-API-Key') } },
    }),
  });
});
afterAll(() => test.stop());
afterEach(() => {
  clearFailpoints();
  test.simulator.control.clearFaults();
  test.simulator.control.clearRequests();
});

/** Begins the journey so that `minutes` of it have passed. */
const at = (journey: string, number: string, minutes: number) =>
  test.simulator.control.setJourney({
    number,
    providerId: via,
    journey,
    startAt: Date.now() - (minutes * minute) / speed,
  });

let serial = 700;
async function publish(journey = 'ocean', minutes = 85, changes: { orgId?: string } = {}) {
  serial += 1;
  const number = `XTRU${String(serial).padStart(6, '0')}0`;
  at(journey, number, minutes);
  const [trace] = await test.insert(buildTrace({ number, siteId: '', providerId: via, via, ...changes }));
  if (!trace) throw new Error('one trace');
  await test.run([trace]);
  await test.observed(trace, 1);
  return test.settle(trace, { nextTraceAt: new Date(Date.now() + 60 * minute) });
}

const retrieval = async () => (await test.db.repositories.providerStates.get('vizion~platform'))?.retrieval;
const answersOf = async (trace: Awaited<ReturnType<typeof publish>>) =>
  (await test.observationsOf(trace)).filter(({ kind }) => kind === 'answer');
const answered = (trace: Awaited<ReturnType<typeof publish>>) =>
  waitFor(
    async () => {
      const answers = await answersOf(trace);
      return answers.length > 0 && answers;
    },
    { what: 'a retrieved result', timeoutMs: 20_000 },
  );

describe('a provider whose results are retrieved', () => {
  it('has a box published to it once, and tells of it when it is asked what is new', async () => {
    const trace = await publish();
    const [receipt] = await test.observationsOf(trace);
    expect(receipt).toMatchObject({ kind: 'receipt', receipt: { rule: 'waiting-for-notification' } });
    const [answer] = await answered(trace);
    expect(answer).toMatchObject({
      normalized: {
        found: true,
        milestones: expect.arrayContaining([expect.objectContaining({ code: 'loaded' })]),
      },
      receipt: { reference: trace.awaiting?.reference },
    });
    expect(test.asked(via).filter((one) => one === 'create')).toHaveLength(1);
  });

  it('has its cursor moved behind what was stored', async () => {
    await publish();
    const before = (await retrieval())?.cursor;
    const moved = await waitFor(
      async () => {
        const now = await retrieval();
        return now && now.cursor !== before && now;
      },
      { what: 'the cursor', timeoutMs: 20_000 },
    );
    expect(JSON.parse(moved.cursor ?? '')).toMatchObject({ since: expect.stringMatching(/^2/), page: 1 });
  });

  it('is told of one box for every organization, and is not published to again', async () => {
    const trace = await publish();
    await answered(trace);
    test.simulator.control.clearRequests();
    const theirs = buildTrace({ number: trace.number, siteId: '', providerId: via, via, orgId: 'org-2' });
    await test.insert(theirs);
    await test.run([theirs]);
    const [shared] = await test.observed(theirs, 1);
    expect(shared?.receipt).toMatchObject({ reference: trace.awaiting?.reference, rule: 'shared-order' });
    expect(test.asked(via)).not.toContain('create');
    const due = await test.settle(theirs);
    await test.run([due]);
    await answered(due);
  });

  it('keeps its place over a crash after the results came, and nothing is lost', async () => {
    const before = (await test.producer.counts(providerRetrievals)).failed;
    setFailpoint('retrieval.after-retrieve', 'throw');
    const trace = await publish();
    await waitFor(async () => (await test.producer.counts(providerRetrievals)).failed > before, {
      what: 'the crash',
      timeoutMs: 20_000,
    });
    expect(await answersOf(trace)).toEqual([]);
    clearFailpoints();
    await answered(trace);
  });

  it('keeps its place over a crash before the cursor moved: the same results change nothing', async () => {
    const trace = await publish();
    const cursor = (await retrieval())?.cursor;
    const before = (await test.producer.counts(providerRetrievals)).failed;
    setFailpoint('retrieval.after-record', 'throw');
    await waitFor(async () => (await test.producer.counts(providerRetrievals)).failed > before, {
      what: 'the crash',
      timeoutMs: 20_000,
    });
    expect((await retrieval())?.cursor).toBe(cursor);
    clearFailpoints();
    const answers = await answered(trace);
    await waitFor(async () => (await retrieval())?.cursor !== cursor, {
      what: 'the cursor',
      timeoutMs: 20_000,
    });
    expect(new Set(answers.map(({ hash }) => hash)).size).toBe(answers.length);
  });

  it('that fails is told of once, and asked again later, where it stood', async () => {
    await waitFor(async () => (await retrieval())?.cursor, { what: 'a cursor', timeoutMs: 20_000 });
    const theirs = await publish('ocean', 85, { orgId: 'org-3' });
    test.simulator.control.addFault({ providerId: via, kind: 'unavailable', operation: 'references' });
    const failedAt = Date.now();
    await waitFor(
      async () =>
        ((await test.db.repositories.providerStates.get(via))?.lastFailureAt?.getTime() ?? 0) >= failedAt,
      { what: 'the failure', timeoutMs: 20_000 },
    );
    const { cursor } = (await retrieval()) ?? {};
    expect(cursor).toBeTruthy();
    const failed = await waitFor(
      async () => (await test.observationsOf(theirs)).find(({ kind }) => kind === 'failure'),
      { what: 'the news of the failure', timeoutMs: 20_000 },
    );
    expect(failed.failure).toMatchObject({
      code: 'provider_unavailable',
      tell: { count: 1, ids: [theirs.number] },
    });
    test.simulator.control.clearFaults();
    await answered(await publish());
  });
});
