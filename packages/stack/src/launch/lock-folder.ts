import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, realpathSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A stack cannot start here; the message says what to do. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError';
}

/**
 * Claims a data folder for this process until the returned release, or its death. A socket, not a file with a pid: the
 * system itself forgets it with the process. Throws LaunchError where another stack runs on the folder.
 */
export async function lockFolder(dataDir: string): Promise<() => Promise<void>> {
  mkdirSync(dataDir, { recursive: true });
  const path = socketOf(realpathSync(dataDir));
  if (await isAnswered(path)) {
    throw new LaunchError(
      `Another stack runs on ${dataDir}. Stop it, or give this one a folder of its own with --data.`,
    );
  }
  rmSync(path, { force: true });
  const server = createServer((socket) => socket.destroy()).listen(path);
  await once(server, 'listening');
  server.unref();
  return async () => {
    const closed = once(server, 'close');
    server.close();
    await closed;
  };
}

// Beside the folder it could become too long for a socket.
function socketOf(dataDir: string): string {
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  return join(tmpdir(), `envase-stack-${name}.sock`);
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
