import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askSimulator } from '../src/demo/ask-simulator.ts';
import { boxNumber } from '../src/demo/box-number.ts';
import { isAbout, startTestStack, startTestTms, type TestStack, type TestTms } from './test-stack.ts';

/** An hour of a journey is six seconds. */
const speed = 600;
let test: TestStack;
let tms: TestTms;

beforeAll(async () => {
  test = await startTestStack({ speed });
  tms = await startTestTms(test.stack.file);
}, 120_000);

afterAll(async () => {
  await tms.stop();
  await test.remove();
}, 60_000);

let serial = 900;
const publish = (number: string, providerId: string) =>
  tms.envase.traceContainers({
    orgId: tms.orgId,
    svcId: tms.svcId,
    providerId,
    siteId: '',
    numbers: [number],
  });

/** What the simulated vendor was asked about a box, by operation. */
async function asked(number: string): Promise<string[]> {
  // The simulator's request log.
  const { requests } = (await askSimulator(test.stack.file, '/control/requests')) as {
    requests: { operation: string | null; boxes: string[] }[];
  };
  return requests.filter(({ boxes }) => boxes.includes(number)).map(({ operation }) => operation ?? '');
}

/** Publishes a box whose journey is at this minute, and follows it to the gate. */
async function follow(about: { providerId: string; vendor: string; journey: string; fromMinute: number }) {
  serial += 1;
  const number = boxNumber(serial, 0);
  const startAt = Date.now() - (about.fromMinute * 60_000) / speed;
  const { vendor: providerId, journey } = about;
  await askSimulator(test.stack.file, '/control/journeys', { number, providerId, journey, startAt });
  const published = await publish(number, about.providerId);
  expect(published.items).toMatchObject([{ outcome: 'tracking' }]);
  const first = await tms.hears(isAbout(number), { what: 'the first result', timeoutMs: 30_000 });
  const again = await publish(number, about.providerId);
  expect(again.items).toMatchObject([{ outcome: 'already_tracking' }]);
  const waiting = await tms.envase.traces.get(published.items[0]?.traceId ?? '');
  const stopped = await tms.hears(isAbout(number, 'TRACE_STOPPED'), { what: 'the end', timeoutMs: 130_000 });
  const results = tms.events.filter(isAbout(number));
  const sequences = [...results, stopped].map(({ sequence }) => sequence);
  expect(sequences).toEqual(sequences.map((_, index) => index + 1));
  // Whoever asks late, on a busy machine, finds the box brought back empty.
  const { reason } = stopped.payload;
  expect(['outgated', 'empty_returned']).toContain(reason);
  expect(results.at(-1)).toMatchObject({ payload: { status: reason, providerId: about.providerId } });
  return { number, first, waiting, statuses: results.map(({ payload }) => payload.status) };
}

describe('a box is followed to the gate', () => {
  it.concurrent('by orders that are answered half an hour later', { timeout: 180_000 }, async () => {
    const { number, statuses } = await follow({
      providerId: 'terminal49_poll',
      vendor: 'terminal49',
      journey: 'import',
      fromMinute: 900,
    });
    expect(statuses).toContain('available');
    const operations = await asked(number);
    expect(operations.filter((one) => one === 'request').length).toBeGreaterThan(1);
    expect(operations).toContain('tracking-request');
  });

  it.concurrent('by notifications, with one subscription and no poll', { timeout: 180_000 }, async () => {
    const { number, statuses, waiting } = await follow({
      providerId: 'terminal49',
      vendor: 'terminal49',
      journey: 'import',
      fromMinute: 500,
    });
    for (const status of ['on_hold', 'available', 'appointment_set']) expect(statuses).toContain(status);
    expect(waiting.why).toMatchObject({ rule: 'waiting-for-notification' });
    const operations = await asked(number);
    expect(operations.filter((one) => one === 'request')).toHaveLength(1);
  });

  it.concurrent('by results that are retrieved in turn, published once', { timeout: 180_000 }, async () => {
    const { number, statuses } = await follow({
      providerId: 'vizion',
      vendor: 'vizion',
      journey: 'ocean',
      fromMinute: 410,
    });
    expect(statuses).toContain('discharged');
    expect((await asked(number)).filter((one) => one === 'create')).toHaveLength(1);
  });
});
