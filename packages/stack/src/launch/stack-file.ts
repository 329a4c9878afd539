import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { StackClient } from './secrets.ts';
import { writePrivately } from './write-privately.ts';

/** What `stack.json` in the data folder tells tools and tests about a running stack. */
export interface StackFile {
  urls: { connectData: string; identityManager: string; ops: string; simulator: string };
  client: StackClient;
  /** The same one, and one of another organization. */
  clients: StackClient[];
  admin: { id: string; secret: string };
  operator: { username: string; password: string };
  /** Programs, simulator, and the engines that were started here. */
  pids: Record<string, number>;
  /** Names the database. */
  mongodbUri: string;
  redisUrl: string;
  /** What stands behind the two addresses, for people. */
  engine: { mongodb: string; redis: string };
}

const pathIn = (dataDir: string) => join(dataDir, 'stack.json');

/** Mode 0600: it holds secrets. */
export function writeStackFile(dataDir: string, content: StackFile): void {
  writePrivately(pathIn(dataDir), content);
}

/** Null where no stack runs on the folder. */
export function readStackFile(dataDir: string): StackFile | null {
  const path = pathIn(dataDir);
  if (!existsSync(path)) return null;
  // The cast: we wrote it.
  return JSON.parse(readFileSync(path, 'utf8')) as StackFile;
}

export function removeStackFile(dataDir: string): void {
  rmSync(pathIn(dataDir), { force: true });
}
