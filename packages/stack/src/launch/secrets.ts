import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomSecret } from '@envase/runtime';
import { z } from 'zod';

const clientSecrets = z.object({ id: z.string(), secret: z.string(), orgId: z.string(), svcId: z.string() });

const stackSecrets = z.object({
  keyRing: z.string(),
  pepper: z.string(),
  operator: z.object({ username: z.string(), password: z.string() }),
  clients: z.array(clientSecrets),
  admin: z.object({ id: z.string(), secret: z.string() }).nullable(),
});

/** What a stack made for itself at its first start and needs again at the next: kept in its data folder, mode 0600. */
export type StackSecrets = z.output<typeof stackSecrets>;
export type StackClient = z.output<typeof clientSecrets>;

/** Reads a data folder's secrets, or makes them. */
export function loadSecrets(dataDir: string): StackSecrets {
  const path = join(dataDir, 'secrets.json');
  if (existsSync(path)) return stackSecrets.parse(JSON.parse(readFileSync(path, 'utf8')));
  const made: StackSecrets = {
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
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(join(dataDir, 'secrets.json'), `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
}
