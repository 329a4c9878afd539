import { inflateRawSync } from 'node:zlib';
import { traceQueue } from '@envase/queues';
import { clearFailpoints, setFailpoint } from '@envase/runtime';
import { waitFor } from '@envase/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildTrace } from './build.ts';
import { loginOf, startTestTracer, type TestTracer } from './start-test-tracer.ts';

const via = 'terminal49_poll';
const minute = 60_000;
let test: TestTracer;

beforeAll(async () => {
  test = await startTestTracer({
    connections: ({ terminal49 }) => ({
      [via]: { baseUrl: terminal49, credentials: { apiKey: loginOf('terminal49', 'api key') } },
    }),
  });
});
afterAll(() => test.stop());
afterEach(() => {
  clearFailpoints();
  test.simulator.control.clearFaults();
  test.simulator.control.clearRequests();
});

let serial = 0;
/** A published trace of a box that the vendor has on this journey since so many minutes. */
async function publish(journey: string, sinceMinutes = 600) {
  serial += 1;
  const number = `XTRU${String(serial).padStart(6, '0')}0`;
  const startAt = Date.now() - sinceMinutes * minute;
  test.simulator.control.setJourney({ number, providerId: 'terminal49', journey, startAt });
  const [trace] = await test.insert(buildTrace({ number, siteId: '', providerId: via, via }));
  if (!trace) throw new Error('one trace');
  return trace;
}

async function order(journey: string, sinceMinutes?: number) {
  const trace = await publish(journey, sinceMinutes);
  await test.run([trace]);
  await test.observed(trace, 1);
  return test.settle(trace);
}

const failed = async () => (await test.producer.counts(traceQueue(via))).failed;

describe('a provider that takes orders', () => {
  it('is ordered for a trace, and the order stands with the vendor’s id, to be looked at in 30 minutes', async () => {
    const trace = await order('import');
    const [receipt] = await test.observationsOf(trace);
    expect(receipt).toMatchObject({
      kind: 'receipt',
      normalized: null,
      receipt: {
        reference: expect.stringMatching(/^[0-9a-f-]{36}$/),
        waitMs: 30 * minute,
        rule: 'waiting-for-answer',
      },
    });
    expect(test.asked('terminal49')).toEqual(['request']);
  });

  it('is asked for what came of it, and nothing is outstanding after the answer', async () => {
    const trace = await order('import');
    await test.run([trace]);
    const [, answer] = await test.observed(trace, 2);
    expect(answer).toMatchObject({
      kind: 'answer',
      normalized: { found: true, holds: [{ type: 'customs' }] },
      receipt: { reference: null, waitMs: null },
    });
    expect(inflateRawSync(answer?.raw ?? new Uint8Array()).toString()).toContain(trace.number);
  });

  it('that has nothing yet keeps the order', async () => {
    const trace = await order('not_found_yet', 0);
    await test.run([trace]);
    const seen = await waitFor(
      async () => {
        const [receipt] = await test.observationsOf(trace);
        return receipt && receipt.times > 1 && receipt;
      },
      { what: 'a second look' },
    );
    expect(seen.receipt?.reference).toBe(trace.awaiting?.reference);
    expect(test.asked('terminal49')).toEqual(['request', 'tracking-request']);
  });

  it('that does not find the box says so, and is asked again for the next cycle', async () => {
    const trace = await order('never_found', 0);
    test.simulator.control.setJourney({
      number: trace.number,
      providerId: 'terminal49',
      journey: 'never_found',
      startAt: Date.now() - 61 * minute,
    });
    await test.run([trace]);
    const [, missing] = await test.observed(trace, 2);
    expect(missing).toMatchObject({
      normalized: { found: false },
      receipt: { reference: null, waitMs: 0, rule: 'requested-again' },
    });
  });

  it('is not taken to know nothing when it fails: the order stands', async () => {
    const trace = await order('import');
    test.simulator.control.addFault({ providerId: 'terminal49', kind: 'html200' });
    await test.run([trace]);
    const [, failure] = await test.observed(trace, 2);
    expect(failure).toMatchObject({ kind: 'failure', failure: { code: 'provider_answer' } });
    expect(failure).not.toHaveProperty('receipt');
  });

  it('says when to come back', async () => {
    test.simulator.control.addFault({ providerId: 'terminal49', kind: 'rate_limited' });
    const trace = await publish('import');
    await test.run([trace]);
    const [failure] = await test.observed(trace, 1);
    expect(failure?.failure).toMatchObject({ code: 'rate_limited' });
    expect(failure?.failure?.retryAt?.getTime()).toBeGreaterThan(Date.now() + 20_000);
  });

  it('is ordered once more after a crash before the receipt, and finds the order that it placed', async () => {
    const trace = await publish('import');
    const before = await failed();
    setFailpoint('tracer.after-answer', 'throw');
    await test.run([trace]);
    await waitFor(async () => (await failed()) > before, { what: 'the crash' });
    expect(await test.observationsOf(trace)).toEqual([]);
    clearFailpoints();
    await test.run([trace]);
    await test.observed(trace, 1);
    expect(test.asked('terminal49')).toEqual(['request', 'request', 'requests']);
    const ordered = await test.settle(trace);
    await test.run([ordered]);
    const [, answer] = await test.observed(trace, 2);
    expect(answer?.normalized?.found).toBe(true);
  });

  it('is not ordered again while the receipt waits to be settled', async () => {
    const trace = await publish('import');
    await test.run([trace]);
    await test.observed(trace, 1);
    const before = (await test.producer.counts(traceQueue(via))).completed;
    await test.run([trace]);
    await waitFor(async () => (await test.producer.counts(traceQueue(via))).completed > before, {
      what: 'the run',
    });
    expect(test.asked('terminal49')).toEqual(['request']);
  });
});
