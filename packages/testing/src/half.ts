import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Session } from 'node:inspector/promises';
import { type ProfileNode, sharesOf } from './profile-shares.ts';

/** One half of a comparison: a server in a process of its own, so that its CPU is nobody else's. */
export interface Half {
  url: string;
  /** Microseconds of CPU that the process has used so far, its collections of garbage among them. */
  cpu(): Promise<number>;
  /** How many it has stored. */
  stored(): Promise<number>;
  /** Samples of what runs, from now to `endProfile`. */
  startProfile(): Promise<void>;
  /** Share of the samples by part of the program, largest first. */
  endProfile(): Promise<[part: string, share: number][]>;
  close(): Promise<void>;
}

type Order = 'cpu' | 'stored' | 'startProfile' | 'endProfile';

/** Starts `file`, which serves with `serveHalf`; what it writes to standard output is thrown away. */
export async function startHalf(file: string, env: Record<string, string>): Promise<Half> {
  const child = fork(file, [], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const { url } = await answerOf<{ url: string }>(child);
  const ask = <T>(order: Order) => {
    child.send(order);
    return answerOf<T>(child);
  };
  return {
    url,
    cpu: () => ask('cpu'),
    stored: () => ask('stored'),
    startProfile: () => ask('startProfile'),
    endProfile: () => ask('endProfile'),
    async close() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

/** Rejects when it ends before it answers. */
function answerOf<T>(child: ChildProcess): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const ended = (code: number | null) => {
      child.off('message', answered);
      reject(new Error(`a half ended with ${code} before it answered`));
    };
    const answered = (answer: unknown) => {
      child.off('exit', ended);
      resolve(answer as T); // serveHalf answers in these shapes
    };
    child.once('message', answered).once('exit', ended);
  });
}

/** The other end: says where it serves, and answers what it is asked until its parent goes. */
export function serveHalf(url: string, stored = async (): Promise<number> => 0): void {
  const session = new Session();
  session.connect();
  const answers: Record<Order, () => unknown> = {
    cpu: () => {
      const { user, system } = process.cpuUsage();
      return user + system;
    },
    stored,
    async startProfile() {
      await session.post('Profiler.enable');
      await session.post('Profiler.start');
      return null;
    },
    async endProfile() {
      const { profile } = await session.post('Profiler.stop');
      // The inspector's own type leaves out that these are the nodes of a tree.
      return sharesOf(profile.nodes as ProfileNode[]);
    },
  };
  process.on('message', async (order: Order) => process.send?.(await answers[order]()));
  process.on('disconnect', () => process.exit(0));
  process.send?.({ url });
}
