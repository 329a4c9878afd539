import { waitFor } from '@envase/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildTrace } from './build.ts';
import { loginOf, startTestTracer, type TestTracer } from './start-test-tracer.ts';

const via = 'gpa';
const minute = 60_000;
const speed = 600;
let test: TestTracer;

beforeAll(async () => {
  test = await startTestTracer({
    speed,
    connections: ({ gpa }) => ({ gpa: { baseUrl: gpa } }),
  });
  await test.putLogin('org-1', via, {
    username: loginOf(via, 'user'),
    password: loginOf(via, 'password'),
    hostKey: loginOf(via, 'host key'),
  });
});
afterAll(() => test.stop());

describe('a provider that exchanges files', () => {
  it('is asked by one file for many boxes, and its answer is collected half an hour later', async () => {
    const startAt = Date.now() - (600 * minute) / speed;
    const numbers = ['XTRU0009010', 'XTRU0009020'];
    for (const number of numbers)
      test.simulator.control.setJourney({ number, providerId: via, journey: 'import', startAt, site: 'GCT' });
    const traces = await test.insert(
      ...numbers.map((number) => buildTrace({ number, siteId: 'GCT', providerId: via, via })),
    );
    await test.run(traces);
    const waiting = await Promise.all(
      traces.map(async (trace) => {
        const [receipt] = await test.observed(trace, 1);
        expect(receipt).toMatchObject({ kind: 'receipt', receipt: { rule: 'waiting-for-answer' } });
        return test.settle(trace);
      }),
    );
    expect(test.asked(via)).toEqual(['request']);
    // Twenty minutes of its clock.
    await waitFor(async () => Date.now() - startAt > (640 * minute) / speed, {
      what: 'the answer',
      timeoutMs: 20_000,
    });
    await test.run(waiting);
    for (const trace of waiting) {
      const [, answer] = await test.observed(trace, 2);
      expect(answer?.normalized).toMatchObject({
        found: true,
        lot: expect.any(String),
        holds: [{ type: 'customs' }],
      });
    }
  });
});
