import type { Grant, Scope } from '@envase/contracts';
import { AppError, asError, type Clock, type Logger } from '@envase/runtime';

/** What a resource server must know of a client. */
export interface DirectoryClient {
  _id: string;
  status: 'active' | 'disabled' | 'deleted';
  scopes: readonly Scope[];
  grants: readonly Grant[];
  changedAt: Date;
  /** Tokens issued before this are refused. */
  revokedBefore: Date | null;
}

export interface DirectoryRevocation {
  /** The token's `jti`. */
  _id: string;
  revokedAt: Date;
}

/** Clients and revoked tokens as they were at most 5 s ago (quality S2). */
export interface ClientDirectory {
  find(clientId: string): DirectoryClient | undefined;
  isRevoked(jti: string): boolean;
  /** False when the copy is too old to be trusted. */
  isFresh(): boolean;
  /** A load that begins after the call. Throws `unavailable` when it fails. */
  refresh(): Promise<void>;
}

export interface DirectoryChanges {
  clients: readonly DirectoryClient[];
  revocations: readonly DirectoryRevocation[];
}

export interface ClientDirectoryOptions {
  /** What changed at or after a time; everything for null. */
  loadChangedSince(since: Date | null): Promise<DirectoryChanges>;
  logger: Logger;
  clock: Pick<Clock, 'now'>;
  everyMs?: number;
  maxAgeMs?: number;
}

// A change shows at most this long after its own time: a write waits up to 5 s, clocks differ by up to 1 s.
const OVERLAP_MS = 10_000;
// Heals whatever the changes missed, such as a change of a machine whose clock was wrong.
const FULL_LOAD_EVERY_MS = 60_000;
const LOAD_LIMIT_MS = 4_000;

/** Keeps the copy: reloads what changed every 2 s. `start` resolves after the first load and throws when it fails. */
export function createClientDirectory(
  options: ClientDirectoryOptions,
): ClientDirectory & { start(): Promise<void>; stop(): void } {
  const { logger, clock, everyMs = 2_000, maxAgeMs = 5_000 } = options;
  const copy = createCopy();
  let loadedAt = Number.NEGATIVE_INFINITY;
  let fullAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const load = async () => {
    // Its age counts from when the question was asked.
    const askedAt = clock.now();
    const isFull = askedAt - fullAt >= FULL_LOAD_EVERY_MS;
    const since = isFull ? null : copy.changedUntil(askedAt);
    const changes = await withinLimit(options.loadChangedSince(since));
    copy.apply(changes, isFull);
    loadedAt = askedAt;
    if (isFull) fullAt = askedAt;
  };
  const loadOneByOne = oneByOne(load);
  const tick = async () => {
    try {
      await loadOneByOne();
    } catch (error) {
      logger.warn({ err: asError(error) }, 'Clients and revocations could not be reloaded');
    }
    if (!isStopped) schedule();
  };
  const schedule = () => {
    timer = setTimeout(tick, everyMs).unref();
  };

  return {
    find: (clientId) => copy.clients.get(clientId),
    isRevoked: (jti) => copy.revoked.has(jti),
    isFresh: () => clock.now() - loadedAt <= maxAgeMs,
    async refresh() {
      try {
        await loadOneByOne();
      } catch (cause) {
        throw new AppError('unavailable', 'Clients and revocations cannot be read', { cause });
      }
    },
    async start() {
      await loadOneByOne();
      schedule();
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

function createCopy() {
  const clients = new Map<string, DirectoryClient>();
  const revoked = new Set<string>();
  let newest = Number.NEGATIVE_INFINITY;
  return {
    clients,
    revoked,
    changedUntil(nowMs: number): Date | null {
      const until = Math.min(newest, nowMs) - OVERLAP_MS;
      return Number.isFinite(until) ? new Date(until) : null;
    },
    apply(changes: DirectoryChanges, isFull: boolean): void {
      if (isFull) {
        clients.clear();
        revoked.clear();
      }
      for (const client of changes.clients) {
        clients.set(client._id, client);
        newest = Math.max(newest, client.changedAt.getTime());
      }
      for (const { _id, revokedAt } of changes.revocations) {
        revoked.add(_id);
        newest = Math.max(newest, revokedAt.getTime());
      }
    },
  };
}

/** Calls never overlap; those that come during a call share the one that begins after it. */
function oneByOne(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const begin = (): Promise<void> => {
    running = run().finally(() => {
      running = undefined;
    });
    return running;
  };
  return () => {
    if (!running) return begin();
    const goOn = () => {
      next = undefined;
      return begin();
    };
    next ??= running.then(goOn, goOn);
    return next;
  };
}

/** A load that hangs must not keep the next from being tried. */
async function withinLimit<T>(loading: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `No answer within ${LOAD_LIMIT_MS} ms`;
    timer = setTimeout(() => reject(new AppError('unavailable', message)), LOAD_LIMIT_MS);
  });
  try {
    return await Promise.race([loading, late]);
  } finally {
    clearTimeout(timer);
  }
}
