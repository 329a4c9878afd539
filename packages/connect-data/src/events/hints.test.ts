import type { Producer } from '@envase/queues';
import { createLogger } from '@envase/runtime';
import { describe, expect, it } from 'vitest';
import { createHint } from './hints.ts';

type Added = { queue: string; jobName: string; item: unknown };

/** Queues that answer when the test says so. */
function createSlowProducer() {
  const added: Added[] = [];
  const waiting: PromiseWithResolvers<void>[] = [];
  const producer: Pick<Producer, 'addLane'> = {
    addLane: (queue, jobName, item) => {
      added.push({ queue: queue.name, jobName, item });
      const answer = Promise.withResolvers<void>();
      waiting.push(answer);
      return answer.promise;
    },
  };
  const answerAll = async (error?: Error) => {
    for (const { resolve, reject } of waiting.splice(0)) error ? reject(error) : resolve();
    await new Promise(setImmediate);
  };
  return { producer, added, answerAll };
}

function createLog() {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  return { lines, logger: createLogger({ program: 'test', destination }) };
}

describe('createHint', () => {
  it('tells the fan-out, and the Trace Manager where a trace is owed', () => {
    const { producer, added } = createSlowProducer();
    const hint = createHint({ producer, logger: createLog().logger });
    hint({ _id: 'e1', todo: ['hooks', 'trace'] });
    hint({ _id: 'e2', todo: ['hooks'] });
    const lane = (id: string) => ({ laneId: id, data: { eventId: id } });
    expect(added).toEqual([
      { queue: 'connect-events', jobName: 'event.fan-out', item: lane('e1') },
      { queue: 'trace-requests', jobName: 'request.apply', item: lane('e1') },
      { queue: 'connect-events', jobName: 'event.fan-out', item: lane('e2') },
    ]);
  });

  it('has at most so many under way and leaves the rest to the pumps', async () => {
    const { producer, added, answerAll } = createSlowProducer();
    const { logger, lines } = createLog();
    const hint = createHint({ producer, logger, maxPending: 10 });
    for (let n = 0; n < 1_000; n += 1) hint({ _id: `e${n}`, todo: ['hooks'] });
    expect(added).toHaveLength(10);
    expect(lines).toHaveLength(1);
    await answerAll();
    hint({ _id: 'later', todo: ['hooks'] });
    expect(added).toHaveLength(11);
  });

  it('goes on after failures and logs them once', async () => {
    const { producer, added, answerAll } = createSlowProducer();
    const { logger, lines } = createLog();
    const hint = createHint({ producer, logger, maxPending: 10 });
    for (let round = 0; round < 3; round += 1) {
      for (let n = 0; n < 10; n += 1) hint({ _id: `e${round}-${n}`, todo: ['hooks', 'trace'] });
      await answerAll(new Error('Redis is not reachable'));
    }
    expect(added).toHaveLength(60);
    expect(lines).toHaveLength(1);
  });
});
