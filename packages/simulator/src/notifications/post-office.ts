import type { WireProvider } from '../providers/provider.ts';
import type { World } from '../world/world.ts';

/** A request that a provider sends by itself. */
export interface Outgoing {
  id: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** One attempt to deliver a notification. */
export interface SentNotification {
  at: string;
  providerId: string;
  id: string;
  url: string;
  attempt: number;
  /** Null when nobody answered. */
  status: number | null;
}

export interface PostOffice {
  /** Sends what is due now and resolves to how many were taken. */
  flush(): Promise<number>;
  sent(): SentNotification[];
}

interface Letter extends Outgoing {
  providerId: string;
  attempt: number;
  notBefore: number;
}

const mostAttempts = 12;
const waitMs = 1_000;
const giveUpMs = 5_000;
const kept = 1_000;
const taken: readonly number[] = [200, 201, 202, 204];

/** Delivers notifications in order, each until it is taken or twelve times; waits are real time. */
export function createPostOffice(
  world: World,
  providers: readonly WireProvider[],
  log: (line: string) => void,
): PostOffice {
  const notifiers = providers.flatMap(({ id, createNotifier }) =>
    createNotifier ? [{ id, notifier: createNotifier(world) }] : [],
  );
  const sent: SentNotification[] = [];
  let letters: Letter[] = [];
  let running: Promise<number> | null = null;

  async function deliver(letter: Letter): Promise<boolean> {
    const attempt = letter.attempt + 1;
    const status = await post(letter);
    const { providerId, id, url } = letter;
    sent.push({ at: new Date(world.now()).toISOString(), providerId, id, url, attempt, status });
    if (sent.length > kept) sent.shift();
    log(`${providerId} notified ${status ?? 'nobody'}`);
    const isTaken = status !== null && taken.includes(status);
    letters = letters.filter((one) => one !== letter);
    if (!isTaken && attempt < mostAttempts)
      letters.push({ ...letter, attempt, notBefore: world.now() + waitMs * attempt });
    return isTaken;
  }

  async function run(): Promise<number> {
    for (const { id, notifier } of notifiers)
      for (const letter of notifier()) letters.push({ ...letter, providerId: id, attempt: 0, notBefore: 0 });
    let count = 0;
    for (const letter of letters.filter(({ notBefore }) => notBefore <= world.now()))
      if (await deliver(letter)) count += 1;
    return count;
  }

  return {
    // One round at a time: notifications do not overtake each other.
    async flush() {
      while (running) await running;
      running = run().finally(() => {
        running = null;
      });
      return running;
    },
    sent: () => [...sent],
  };
}

async function post({ url, headers, body }: Outgoing): Promise<number | null> {
  try {
    const signal = AbortSignal.timeout(giveUpMs);
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
    await response.arrayBuffer();
    return response.status;
  } catch {
    // Nobody there: as good as any status that is not 2xx.
    return null;
  }
}
