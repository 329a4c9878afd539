import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, realpathSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** A stack cannot start here; the message says what to do. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError';
}

export interface FolderLock {
  /** From now on a stack that wants the folder waits for the release instead of giving up. */
  markStopping(): void;
  release(): Promise<void>;
}

// A program may take 30 s to stop.
const stopWithinMs = 45_000;
const lookMs = 100;

/**
 * Claims a data folder for this process until the release, or its death. A socket, not a file with a pid: the system
 * itself forgets it with the process. Waits for a stack that is stopping; LaunchError where one runs on the folder.
 */
export async function lockFolder(dataDir: string, report: (line: string) => void): Promise<FolderLock> {
  mkdirSync(dataDir, { recursive: true });
  const path = socketOf(realpathSync(dataDir));
  const until = Date.now() + stopWithinMs;
  let owner = await askOwner(path);
  if (owner === 'stopping') report(`Waiting for the stack on ${dataDir} to stop`);
  while (owner === 'stopping' && Date.now() < until) {
    await pause(lookMs);
    owner = await askOwner(path);
  }
  if (owner !== null) {
    throw new LaunchError(
      `Another stack runs on ${dataDir}. Stop it, or give this one a folder of its own with --data.`,
    );
  }
  return claim(path);
}

async function claim(path: string): Promise<FolderLock> {
  rmSync(path, { force: true });
  let state = 'running';
  const server = createServer((socket) => socket.end(state)).listen(path);
  await once(server, 'listening');
  server.unref();
  return {
    markStopping() {
      state = 'stopping';
    },
    async release() {
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}

// Beside the folder it could become too long for a socket.
function socketOf(dataDir: string): string {
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  return join(tmpdir(), `envase-stack-${name}.sock`);
}

/** What the owner of the socket says; null where it has none. */
function askOwner(path: string): Promise<string | null> {
  return new Promise((resolve) => {
    let said = '';
    const socket = connect(path);
    socket.on('data', (chunk) => {
      said += chunk.toString();
    });
    socket.once('end', () => resolve(said));
    socket.once('error', () => resolve(null));
  });
}
