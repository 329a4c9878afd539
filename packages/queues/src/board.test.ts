import { afterAll, beforeAll, expect, it } from 'vitest';
import { createHarness, type Harness } from '../test/harness.ts';
import { openQueues } from './board.ts';
import { connectEvents, traceQueue } from './queues.ts';

const url = process.env.REDIS_URL ?? '';
let harness: Harness;
beforeAll(async () => {
  harness = await createHarness(url);
});
afterAll(() => harness.close());

it('opens every queue with its stored name, and its pump', async () => {
  const board = openQueues(['maher', 'up-rail'], harness);
  const names = board.queues.map((queue) => queue.name);
  const work = [
    'connect-events',
    'trace-requests',
    'trace-maher',
    'trace-up-rail',
    'trace-results',
    'webhook-deliveries',
    'provider-retrievals',
    'inbox',
  ];
  expect(names).toEqual([...work, ...work.map((name) => `pumps-${name}`)]);
  await board.close();
});

it('counts the jobs of each queue by state', async () => {
  const board = openQueues(['maher'], harness);
  const lane = { laneId: 'e1', data: { eventId: 'e1' } };
  await harness.producer.addLane(connectEvents, 'event.fan-out', lane);
  await harness.producer.addLane(traceQueue('maher'), 'trace.run', {
    laneId: 't1',
    data: { traceId: 't1' },
    priority: 2,
  });
  const metrics = await board.queueMetrics();
  expect(metrics.filter(({ count }) => count > 0)).toEqual([
    { queue: 'connect-events', state: 'waiting', count: 1 },
    { queue: 'trace-maher', state: 'prioritized', count: 1 },
  ]);
  await board.close();
});

it('refuses a provider id that would not make a queue name', () => {
  expect(() => traceQueue('a:b')).toThrow(RangeError);
});
