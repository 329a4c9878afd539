import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StackClient } from './secrets.ts';

/** What `stack.json` in the data folder tells tools and tests about a running stack. */
export interface StackFile {
  urls: { connectData: string; identityManager: string; ops: string; simulator: string };
  client: StackClient;
  clients: StackClient[];
  admin: { id: string; secret: string };
  operator: { username: string; password: string };
  pids: Record<string, number>;
  mongodbUri: string;
  redisUrl: string;
  engine: { mongodb: string; redis: string };
}

/** Writes it whole or not at all, mode 0600: it holds secrets. */
export function writeStackFile(dataDir: string, content: StackFile): void {
  writeFileSync(join(dataDir, 'stack.json'), `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
}
