import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Session } from 'node:inspector/promises';

/** One half of a comparison: a server in a process of its own, so that its CPU is nobody else's. */
export interface Half {
  url: string;
  /** Microseconds of CPU that the process has used, after a collection of garbage. */
  cpu(): Promise<number>;
  /** Samples of what runs, from now to `endProfile`. */
  startProfile(): Promise<void>;
  /** Share of the samples by part of the program, largest first. */
  endProfile(): Promise<[part: string, share: number][]>;
  close(): Promise<void>;
}

type Order = 'cpu' | 'startProfile' | 'endProfile';

/** Starts `file`, which serves with `serveHalf`. */
export async function startHalf(file: string, env: Record<string, string>): Promise<Half> {
  const child = fork(file, [], { env: { ...process.env, ...env }, execArgv: ['--expose-gc'] });
  const { url } = await answerOf<{ url: string }>(child);
  const ask = <T>(order: Order) => {
    child.send(order);
    return answerOf<T>(child);
  };
  return {
    url,
    cpu: () => ask('cpu'),
    startProfile: () => ask('startProfile'),
    endProfile: () => ask('endProfile'),
    async close() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

async function answerOf<T>(child: ChildProcess): Promise<T> {
  const [answer] = await once(child, 'message');
  return answer as T; // serveHalf answers in these shapes
}

/** The other end: says where it serves, and answers what it is asked until its parent goes. */
export function serveHalf(url: string): void {
  const session = new Session();
  session.connect();
  const answers: Record<Order, () => unknown> = {
    cpu: () => {
      globalThis.gc?.();
      const { user, system } = process.cpuUsage();
      return user + system;
    },
    async startProfile() {
      await session.post('Profiler.enable');
      await session.post('Profiler.start');
      return null;
    },
    async endProfile() {
      const { profile } = await session.post('Profiler.stop');
      return sharesOf(profile.nodes);
    },
  };
  process.on('message', async (order: Order) => process.send?.(await answers[order]()));
  process.on('disconnect', () => process.exit(0));
  process.send?.({ url });
}

interface ProfileNode {
  callFrame: { url: string; functionName: string };
  hitCount?: number | undefined;
}

function sharesOf(nodes: readonly ProfileNode[]): [string, number][] {
  const hits = new Map<string, number>();
  for (const { callFrame, hitCount = 0 } of nodes) {
    const part = partOf(callFrame);
    if (part !== '(idle)') hits.set(part, (hits.get(part) ?? 0) + hitCount);
  }
  const total = [...hits.values()].reduce((sum, count) => sum + count, 0);
  return [...hits]
    .map(([part, count]): [string, number] => [part, count / total])
    .sort((a, b) => b[1] - a[1]);
}

/** The package of a file, ours by folder; `node` for the runtime's own, `(program)` and `(garbage collector)` as they are. */
function partOf({ url, functionName }: ProfileNode['callFrame']): string {
  if (url === '') return functionName.startsWith('(') ? functionName : 'node';
  if (url.startsWith('node:')) return 'node';
  const installed = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  return installed ?? /\/packages\/([^/]+)/.exec(url)?.[1] ?? 'node';
}
