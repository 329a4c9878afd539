import type { PauseDoc, TraceDoc } from '@envase/db';
import { providerRetrievals } from '@envase/queues';
import { waitFor } from '@envase/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildTrace } from './build.ts';
import { loginOf, startTestTracer, type TestTracer } from './start-test-tracer.ts';

// Five minutes between two retrievals are one second.
const speed = 300;
let test: TestTracer;
beforeAll(async () => {
  test = await startTestTracer({
    speed,
    connections: ({ apm, vizion }) => ({
      apm: {
        baseUrl: apm,
        credentials: {
          clientId: loginOf('apm', 'client_id'),
          clientSecret: loginOf('apm', 'client_secret'),
        },
      },
      vizion: { baseUrl: vizion, credentials: { apiKey: loginOf('vizion', 'header X-API-Key') } },
    }),
  });
});
afterAll(() => test.stop());

const pauses = () => test.db.repositories.pauses;
const traces = () => test.db.repositories.traces;
/** Runs that came to an answer; an answer like the last one is counted with it. */
const answersOf = async (trace: TraceDoc) =>
  (await test.observationsOf(trace)).reduce((sum, { times }) => sum + times, 0);

async function pause(kind: PauseDoc['kind'], id: string): Promise<void> {
  const since = new Date();
  await pauses().put({ _id: `${kind}~${id}`, kind, id, reason: null, by: 'test', since, until: null });
}

/** Runs the trace until the tracer gives it back: by then it heeds the pause. Whatever it was told before is settled. */
async function givenBack(trace: TraceDoc): Promise<TraceDoc> {
  return waitFor(
    async () => {
      const current = await test.settle(trace, { nextTraceAt: new Date(Date.now() - 1) });
      const answers = await answersOf(trace);
      await traces().lease([trace._id], new Date(Date.now() + 600_000), new Date());
      await test.run([current]);
      const after = await waitFor(
        async () => {
          const found = await traces().get(trace._id);
          return (found?.queuedUntil === null || (await answersOf(trace)) > answers) && found;
        },
        { what: 'the run to be given back, or made' },
      );
      return after.queuedUntil === null && (await answersOf(trace)) === answers && after;
    },
    { what: 'the pause to be heeded', timeoutMs: 60_000 },
  );
}

describe('a run that was queued before a pause', () => {
  it.each([
    ['provider', 'apm'],
    ['organization', 'org-held'],
  ] as const)('of its %s is given back: due as before, no failure, free for the pump', async (kind, id) => {
    const number = kind === 'provider' ? 'MSCU1234566' : 'CSQU3054383';
    test.simulator.control.setJourney({ number, providerId: 'apm', journey: 'import' });
    const [trace] = await test.insert(buildTrace({ number, orgId: 'org-held' }));
    if (!trace) throw new Error('one trace');
    await pause(kind, id);
    const back = await givenBack(trace);
    expect(back.nextTraceAt?.getTime()).toBeLessThan(Date.now());
    expect(back.failures).toBe(0);
    expect((await test.observationsOf(trace)).filter(({ kind: said }) => said === 'failure')).toEqual([]);
    await pauses().remove(`${kind}~${id}`);
    await waitFor(
      async () => {
        await test.run([back]);
        return (await test.observationsOf(trace)).length > 0;
      },
      { what: 'the trace to be run again' },
    );
  });
});

describe('the retrievals of a provider', () => {
  const retrieval = async () => (await test.db.repositories.providerStates.get('vizion~platform'))?.retrieval;
  const isDue = async () => ((await retrieval())?.dueAt.getTime() ?? 0) <= Date.now();
  const completed = async () => (await test.producer.counts(providerRetrievals)).completed;

  it('are given back while it is paused, and go on when the pause is taken back', async () => {
    await waitFor(retrieval, { what: 'a retrieval' });
    await pause('provider', 'vizion');
    const lane = { laneId: 'vizion~platform', data: { providerId: 'vizion' } };
    const leavesItDue = async () => {
      if (!(await isDue())) return false;
      const [before, ended] = [await retrieval(), await completed()];
      await test.producer.addLane(providerRetrievals, 'retrieval.run', lane);
      await waitFor(async () => (await completed()) > ended, { what: 'the queued one to end' });
      return (await retrieval())?.dueAt.getTime() === before?.dueAt.getTime();
    };
    await waitFor(leavesItDue, { what: 'the pause to be heeded' });
    await pauses().remove('provider~vizion');
    await waitFor(async () => !(await isDue()), { what: 'retrievals to go on' });
  });
});
