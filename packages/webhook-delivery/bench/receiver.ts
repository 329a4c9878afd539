import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Arrival, Order } from './receiver-process.ts';

export interface BenchReceiver {
  /** Answers 200 to `/hook`, 500 to `/failing`, and nothing to `/hanging`. */
  url(path?: 'hook' | 'failing' | 'hanging'): string;
  /** Forgets what came, and ends what hangs. */
  reset(): Promise<void>;
  /** When each of these came first, once all have; throws after `withinMs`, or where one came twice. */
  arrivalsOf(ids: readonly string[], withinMs: number): Promise<Map<string, number>>;
  /** Throws unless each of these came exactly once, and nothing else did. */
  verify(expected: readonly string[]): Promise<void>;
  close(): void;
}

const lookMs = 200;

/** A receiver in a process of its own that remembers every `webhook-id`. */
export async function startBenchReceiver(): Promise<BenchReceiver> {
  const child = fork(fileURLToPath(new URL('./receiver-process.ts', import.meta.url)));
  const { port } = await answerOf<{ port: number }>(child);
  const ask = async (order: Order) => {
    child.send(order);
    return (await answerOf<{ arrivals: Arrival[] }>(child)).arrivals;
  };
  return {
    url: (path = 'hook') => `http://127.0.0.1:${port}/${path}`,
    async reset() {
      await ask('reset');
    },
    async arrivalsOf(ids, withinMs) {
      const until = performance.now() + withinMs;
      for (;;) {
        const all = await ask('report');
        const came = new Map(all);
        const lost = ids.filter((id) => !came.has(id));
        if (lost.length === 0) return refuseRepeats(all, new Set(ids));
        if (performance.now() > until) throw new Error(`${lost.length} of ${ids.length} did not come`);
        await pause(lookMs);
      }
    },
    async verify(expected) {
      const all = await ask('report');
      const came = new Map(all);
      const lost = expected.filter((id) => !came.has(id));
      if (lost.length > 0 || all.length !== expected.length) {
        throw new Error(`${expected.length} were sent, ${all.length} came, ${lost.length} never did`);
      }
    },
    close: () => child.disconnect(),
  };
}

function refuseRepeats(all: readonly Arrival[], ids: ReadonlySet<string>): Map<string, number> {
  const wanted = all.filter(([id]) => ids.has(id));
  if (wanted.length > ids.size) throw new Error(`${wanted.length - ids.size} came twice`);
  return new Map(wanted);
}

async function answerOf<T>(child: ChildProcess): Promise<T> {
  const [answer] = await once(child, 'message');
  return answer as T; // receiver-process.ts answers in this shape
}
