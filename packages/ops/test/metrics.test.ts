import { openQueues, traceResults } from '@envase/queues';
import { createLogger, createMetrics } from '@envase/runtime';
import { waitFor } from '@envase/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDueLook } from '../src/metrics/watch-due.ts';
import { createQueueLook } from '../src/metrics/watch-queues.ts';
import { dueDelivery, dueTrace, owingEvent } from './documents.ts';
import { startTestOps, type TestOps } from './start-test-ops.ts';

let ops: TestOps;
beforeAll(async () => {
  ops = await startTestOps(process.env.REDIS_URL);
});
afterAll(() => ops?.stop());

async function scrape(): Promise<string> {
  return (await fetch(`${ops.adminUrl}/metrics`)).text();
}

it('serves the figures of every queue from its start', async () => {
  const text = await waitFor(
    async () => {
      const now = await scrape();
      return now.includes('envase_queue_paused{queue="pumps-inbox"') && now;
    },
    { what: 'the first look at the queues' },
  );
  expect(text).toContain('envase_queue_jobs{queue="trace-results",state="waiting",program="ops"} 0');
  expect(text).toContain('envase_queue_jobs{queue="pumps-trace-apm",state="failed",program="ops"} 0');
});

it('tells the jobs of a queue by state, and whether it is paused', async () => {
  await ops.producer.addLane(traceResults, 'trace.settle', { laneId: 't1', data: { traceId: 't1' } });
  const logger = createLogger({ program: 'test', level: 'silent' });
  const queues = openQueues([], { redis: ops.redis, prefix: ops.prefix, logger });
  await queues.queues.find(({ name }) => name === 'inbox')?.pause();
  const metrics = createMetrics('test');
  await createQueueLook(queues, metrics)();
  await queues.close();
  const text = await metrics.registry.metrics();
  expect(text).toContain('envase_queue_jobs{queue="trace-results",state="waiting",program="test"} 1');
  expect(text).toContain('envase_queue_paused{queue="trace-results",program="test"} 0');
  expect(text).toContain('envase_queue_paused{queue="inbox",program="test"} 1');
});

it('tells that nothing is due where nothing is', async () => {
  const text = await waitFor(
    async () => {
      const now = await scrape();
      return now.includes('envase_traces_due{seconds="600"') && now;
    },
    { what: 'the first look at what is due' },
  );
  expect(text).toContain('envase_oldest_due_seconds{what="delivery",program="ops"} 0');
  expect(text).toContain('envase_oldest_due_seconds{what="event-fan-out",program="ops"} 0');
  expect(text).toContain('envase_events_owing{program="ops"} 0');
});

it('tells how long the oldest of each kind has been due', async () => {
  const { clock } = ops;
  const { repositories: stores } = ops.db;
  const ago = (seconds: number) => new Date(clock.now() - seconds * 1_000);
  await stores.events.insertPublished(owingEvent(ago(90)));
  await stores.events.insertPublished(owingEvent(ago(30)));
  await stores.deliveries.insertMissing([dueDelivery(ago(12)), dueDelivery(ago(-60))]);
  const traces = [dueTrace(ago(700)), dueTrace(ago(70)), dueTrace(ago(1)), dueTrace(ago(-1))];
  await stores.traces.swap(traces.map((trace) => ({ expectedRev: null, trace })));

  const metrics = createMetrics('test');
  await createDueLook({ stores, clock, metrics })();
  const text = await metrics.registry.metrics();
  for (const line of [
    'envase_oldest_due_seconds{what="event-fan-out",program="test"} 90',
    'envase_oldest_due_seconds{what="event-trace",program="test"} 90',
    'envase_oldest_due_seconds{what="delivery",program="test"} 12',
    'envase_events_owing{program="test"} 4',
    'envase_traces_due{seconds="0",program="test"} 3',
    'envase_traces_due{seconds="60",program="test"} 2',
    'envase_traces_due{seconds="600",program="test"} 1',
  ])
    expect(text).toContain(line);
});
