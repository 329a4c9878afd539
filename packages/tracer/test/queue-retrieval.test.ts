import { providerRetrievals } from '@envase/queues';
import { clearFailpoints, setFailpoint } from '@envase/runtime';
import { waitFor } from '@envase/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildTrace } from './build.ts';
import { loginOf, startTestTracer, type TestTracer } from './start-test-tracer.ts';

const via = 'sprintpass_pro';
const minute = 60_000;
/** Real milliseconds of the minute between two retrievals. */
const speed = 300;
let test: TestTracer;

beforeAll(async () => {
  test = await startTestTracer({
    speed,
    connections: ({ [via]: baseUrl }) => ({
      [via]: {
        baseUrl,
        credentials: {
          apiKey: loginOf(via, 'header X-API-KEY'),
          queueUrl: `${baseUrl}/queue`,
          queuePolicy: loginOf(via, 'queue policy'),
          queueKey: loginOf(via, 'queue key'),
        },
      },
    }),
  });
});
afterAll(() => test.stop());
afterEach(() => clearFailpoints());

let serial = 800;
async function publish() {
  serial += 1;
  const number = `XTRU${String(serial).padStart(6, '0')}0`;
  const startAt = Date.now() - (600 * minute) / speed;
  test.simulator.control.setJourney({ number, providerId: via, journey: 'import', startAt, site: 'OAK' });
  const [trace] = await test.insert(buildTrace({ number, siteId: 'OAK', providerId: via, via }));
  if (!trace) throw new Error('one trace');
  await test.run([trace]);
  await test.observed(trace, 1);
  return test.settle(trace, { nextTraceAt: new Date(Date.now() + 60 * minute) });
}

const answered = (trace: Awaited<ReturnType<typeof publish>>) =>
  waitFor(
    async () => {
      const answers = (await test.observationsOf(trace)).filter(({ kind }) => kind === 'answer');
      return answers.length > 0 && answers;
    },
    { what: 'a retrieved message', timeoutMs: 40_000 },
  );

describe('a provider whose results wait in a queue', () => {
  it('has a box ordered once, its messages stored and only then completed', async () => {
    const trace = await publish();
    const [answer] = await answered(trace);
    expect(answer?.normalized).toMatchObject({ found: true, holds: [{ type: 'customs' }] });
    await waitFor(async () => test.asked(via).includes('complete'), {
      what: 'a completed message',
      timeoutMs: 20_000,
    });
    expect(test.asked(via).filter((one) => one === 'orders')).toHaveLength(1);
  });

  it('has a message told again whose lock ran out over a crash, and loses none', {
    timeout: 90_000,
  }, async () => {
    test.simulator.control.setSettings({ providerId: via, settings: { lockSeconds: 2 } });
    const before = (await test.producer.counts(providerRetrievals)).failed;
    setFailpoint('retrieval.after-retrieve', 'throw');
    const trace = await publish();
    await waitFor(async () => (await test.producer.counts(providerRetrievals)).failed > before, {
      what: 'the crash',
      timeoutMs: 20_000,
    });
    clearFailpoints();
    const answers = await answered(trace);
    expect(new Set(answers.map(({ hash }) => hash)).size).toBe(answers.length);
  });
});
