import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createClock, loadConfig } from '@envase/runtime';
import { createTestDatabase, waitFor } from '@envase/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { payloadOf } from '../test/decode-token.ts';
import { callAdmin, fetchToken } from '../test/oauth-client.ts';
import { logger, openTestDatabase, pepper, ringText } from '../test/open-test-identity.ts';
import { createClientCommand } from './commands.ts';
import { identityManagerConfig } from './config.ts';
import { openIdentity } from './open-identity.ts';

const mainFile = fileURLToPath(new URL('./main.ts', import.meta.url));
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function run(env: Record<string, string>) {
  const child = spawn(process.execPath, [mainFile], { env: { PATH: process.env.PATH ?? '', ...env } });
  children.push(child);
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => lines.push(line));
  }
  const exit = once(child, 'exit').then(([code]) => code);
  return { child, lines, exit };
}

async function portsOf({ lines }: { lines: readonly string[] }) {
  const line = await waitFor(() => lines.find((one) => one.includes('"Listening"')), {
    what: () => `the program to listen; it said ${lines.join('\n')}`,
    timeoutMs: 20_000,
  });
  // The cast: the line that main.ts logs.
  return JSON.parse(line) as { port: number; adminPort: number };
}

const variables = (uri: string) => ({
  MONGODB_URI: uri,
  PORT: '0',
  ADMIN_PORT: '0',
  KEY_RING: ringText,
  SECRET_PEPPER: pepper,
});

describe('the program', () => {
  it('starts twice at once on an empty database, issues tokens from one key set, and stops in order', async () => {
    const { uri, ...db } = await openTestDatabase();
    const programs = [run(variables(uri)), run(variables(uri))];
    const [one, two] = await Promise.all(programs.map(portsOf));
    const config = loadConfig(identityManagerConfig, variables(uri));
    const operator = await openIdentity(config, { logger, clock: createClock() });
    const client = await createClientCommand(operator, { name: 'TMS', grants: ['o1:*'] });
    const tokens = [];
    for (const ports of [one, two]) {
      const url = `http://127.0.0.1:${ports?.port}`;
      const token = await fetchToken(url, client);
      tokens.push(payloadOf(token));
      const refused = await callAdmin(`${url}/admin/clients`, { token });
      expect(refused.status).toBe(403);
      const admin = `http://127.0.0.1:${ports?.adminPort}`;
      expect(await callAdmin(`${admin}/health/ready`)).toMatchObject({ status: 200, body: { ok: true } });
      expect(await (await fetch(`${admin}/metrics`)).text()).toContain('program="identity-manager"');
    }
    expect(tokens.map((claims) => claims.iss)).toEqual(['http://localhost:3001', 'http://localhost:3001']);
    const sets = await Promise.all(
      [one, two].map(
        async (ports) => (await callAdmin(`http://127.0.0.1:${ports?.port}/.well-known/jwks.json`)).body,
      ),
    );
    expect(sets[0]).toEqual(sets[1]);
    const said = programs.flatMap((program) => program.lines).join('\n');
    for (const secret of [client.secret, pepper, ringText.slice(3), 'PRIVATE KEY']) {
      expect(said).not.toContain(secret);
    }
    for (const program of programs) program.child.kill('SIGTERM');
    expect(await Promise.all(programs.map((program) => program.exit))).toEqual([0, 0]);
    await operator.close();
    await db.close();
  });

  it('does not start on a database that was not migrated, and says what to do', async () => {
    const program = run(variables(createTestDatabase().uri));
    expect(await program.exit).toBe(1);
    expect(program.lines.join('\n')).toContain('pnpm envase migrate');
  });

  it('does not start with wrong variables, and names all of them without their values', async () => {
    const program = run({ MONGODB_URI: 'canary-1', KEY_RING: 'canary-2', SECRET_PEPPER: 'canary-3' });
    expect(await program.exit).toBe(1);
    const said = program.lines.join('\n');
    for (const name of ['MONGODB_URI', 'KEY_RING', 'SECRET_PEPPER']) expect(said).toContain(name);
    expect(said).not.toContain('canary');
  });
});
