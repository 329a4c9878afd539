import type { Producer } from '@envase/queues';
import { createLogger } from '@envase/runtime';
import { describe, expect, it } from 'vitest';
import { createHint } from './hints.ts';

type Added = { queue: string; jobName: string; items: readonly unknown[] };

/** Queues that answer when the test says so. */
function createSlowProducer() {
  const added: Added[] = [];
  const waiting: PromiseWithResolvers<void>[] = [];
  const producer: Pick<Producer, 'addLanes'> = {
    addLanes: (queue, jobName, items) => {
      added.push({ queue: queue.name, jobName, items });
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

const lane = (id: string) => ({ laneId: id, data: { eventId: id } });

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
    expect(added).toEqual([
      { queue: 'connect-events', jobName: 'event.fan-out', items: [lane('e1')] },
      { queue: 'trace-requests', jobName: 'request.apply', items: [lane('e1')] },
    ]);
  });

  it('tells together what came while a queue was slow, each once and in order', async () => {
    const { producer, added, answerAll } = createSlowProducer();
    const hint = createHint({ producer, logger: createLog().logger });
    for (let n = 1; n <= 4; n += 1) hint({ _id: `e${n}`, todo: ['hooks'] });
    await answerAll();
    hint({ _id: 'e5', todo: ['hooks'] });
    await answerAll();
    await answerAll();
    hint({ _id: 'e6', todo: ['hooks'] });
    const batches = added.map(({ items }) => items);
    expect(batches).toEqual([[lane('e1')], [lane('e2'), lane('e3'), lane('e4')], [lane('e5')], [lane('e6')]]);
  });

  it('has at most so many waiting and leaves the rest to the pumps', async () => {
    const { producer, added, answerAll } = createSlowProducer();
    const { logger, lines } = createLog();
    const hint = createHint({ producer, logger, maxWaiting: 10 });
    for (let n = 0; n < 1_000; n += 1) hint({ _id: `e${n}`, todo: ['hooks'] });
    expect(lines).toHaveLength(1);
    await answerAll();
    await answerAll();
    hint({ _id: 'later', todo: ['hooks'] });
    expect(added.map(({ items }) => items.length)).toEqual([1, 10, 1]);
  });

  it('goes on after failures and logs them once', async () => {
    const { producer, added, answerAll } = createSlowProducer();
    const { logger, lines } = createLog();
    const hint = createHint({ producer, logger });
    for (let round = 0; round < 3; round += 1) {
      for (let n = 0; n < 10; n += 1) hint({ _id: `e${round}-${n}`, todo: ['hooks', 'trace'] });
      await answerAll(new Error('Redis is not reachable'));
      await answerAll(new Error('Redis is not reachable'));
    }
    expect(added.flatMap(({ items }) => items)).toHaveLength(60);
    expect(lines).toHaveLength(1);
  });
});
