import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Order } from './receiver-process.ts';

export interface BenchReceiver {
  url: string;
  reset(): Promise<void>;
  /** Throws unless each of these came exactly once, and nothing else did. */
  verify(expected: readonly string[]): Promise<void>;
  close(): void;
}

/** A receiver in a process of its own that answers 200 and remembers every `webhook-id`. */
export async function startBenchReceiver(): Promise<BenchReceiver> {
  const child = fork(fileURLToPath(new URL('./receiver-process.ts', import.meta.url)));
  const { port } = await answerOf<{ port: number }>(child);
  const ask = async (order: Order) => {
    child.send(order);
    return answerOf<{ ids: string[] }>(child);
  };
  return {
    url: `http://127.0.0.1:${port}/hook`,
    async reset() {
      await ask('reset');
    },
    async verify(expected) {
      const { ids } = await ask('report');
      const came = new Set(ids);
      const lost = expected.filter((id) => !came.has(id));
      if (lost.length > 0 || ids.length !== expected.length) {
        throw new Error(`${expected.length} were sent, ${ids.length} came, ${lost.length} never did`);
      }
    },
    close: () => child.disconnect(),
  };
}

async function answerOf<T>(child: ChildProcess): Promise<T> {
  const [answer] = await once(child, 'message');
  return answer as T; // receiver-process.ts answers in this shape
}
