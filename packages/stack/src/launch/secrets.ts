import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newUuid, randomSecret } from '@envase/runtime';
import { z } from 'zod';
import { writePrivately } from './write-privately.ts';

const stackClient = z.object({ id: z.string(), secret: z.string(), orgId: z.string(), svcId: z.string() });

const stackSecrets = z.object({
  /** Names what this stack keeps in servers that others use too. */
  instance: z.string(),
  keyRing: z.string(),
  pepper: z.string(),
  operator: z.object({ username: z.string(), password: z.string() }),
  clients: z.array(stackClient),
  admin: z.object({ id: z.string(), secret: z.string() }).nullable(),
});

/** What a stack made for itself at its first start and needs again at the next: kept in its data folder, mode 0600. */
export type StackSecrets = z.output<typeof stackSecrets>;
export type StackClient = z.output<typeof stackClient>;

const fileName = 'secrets.json';

/** Reads a data folder's secrets; null where no stack has run on it. */
export function readSecrets(dataDir: string): StackSecrets | null {
  const path = join(dataDir, fileName);
  return existsSync(path) ? stackSecrets.parse(JSON.parse(readFileSync(path, 'utf8'))) : null;
}

/** Reads a data folder's secrets, or makes them. */
export function loadSecrets(dataDir: string): StackSecrets {
  const found = readSecrets(dataDir);
  if (found) return found;
  const made: StackSecrets = {
    instance: newUuid().slice(0, 8),
    keyRing: `k1:${randomBytes(32).toString('base64')}`,
    pepper: randomSecret(''),
    operator: { username: 'operator', password: randomSecret('').slice(0, 20) },
    clients: [],
    admin: null,
  };
  saveSecrets(dataDir, made);
  return made;
}

export function saveSecrets(dataDir: string, secrets: StackSecrets): void {
  writePrivately(join(dataDir, fileName), secrets);
}
