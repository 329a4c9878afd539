import { connectDatabase, migrate } from '@envase/db';
import { ConfigError, createLogger, createShutdown, loadConfig } from '@envase/runtime';
import { createHttpPeer, createTestDatabase, createTestPrefix, waitFor } from '@envase/testing';
import { describe, expect, it } from 'vitest';
import { connectDataConfig, startConnectData } from '../src/index.ts';
import { createApiClient } from './api-client.ts';
import { gateEvent, gateHook } from './build.ts';
import { createTestIssuer, issuer } from './issuer.ts';
import { insertClient, keyRingText, requireRedisUrl } from './start-test-api.ts';

/** The whole program by its variables, with an issuer whose keys it fetches by HTTP. */
async function startProgram(changes: Record<string, string> = {}) {
  const { jwks, signToken } = createTestIssuer();
  const keys = await createHttpPeer(({ path }) => (path === '/jwks.json' ? { json: jwks } : undefined));
  const { uri } = createTestDatabase();
  const db = await connectDatabase({ uri });
  await migrate(db.connection);
  const clientId = await insertClient(db, {});
  const logs: string[] = [];
  const logger = createLogger({
    program: 'connect-data',
    destination: { write: (line) => void logs.push(line) },
  });
  const shutdown = createShutdown({ logger });
  const config = loadConfig(connectDataConfig, {
    MONGODB_URI: uri,
    REDIS_URL: requireRedisUrl(),
    QUEUE_PREFIX: createTestPrefix(),
    PORT: '0',
    HOST: '127.0.0.1',
    ADMIN_PORT: '0',
    ISSUER: issuer,
    JWKS_URL: `${keys.url}/jwks.json`,
    KEY_RING: keyRingText,
    ...changes,
  });
  const { port } = await startConnectData(config, { logger, shutdown });
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    db,
    logs,
    shutdown,
    client: createApiClient({ url, clientId, token: signToken(clientId), answers: [] }),
    async [Symbol.asyncDispose]() {
      await shutdown.run('the test is over');
      await keys.close();
      await db.close();
    },
  };
}

describe('the program', () => {
  it('takes a publish all the way to the delivery that is owed', async () => {
    await using program = await startProgram();
    const { client } = program;
    const hook = await client.post('/api/webhooks', gateHook());
    expect(hook.status, hook.text).toBe(201);
    const published = await client.post('/api/events', gateEvent());
    const delivery = await waitFor(
      async () => {
        const { body } = await client.get(`/api/webhooks/${String(hook.body.id)}/deliveries`);
        return (body.data as Record<string, unknown>[])[0];
      },
      { what: 'the delivery' },
    );
    expect(delivery).toMatchObject({ eventId: published.body.id, state: 'pending', attemptCount: 0 });
    expect((await client.get(`/api/webhooks/${String(hook.body.id)}`)).body.pending).toBe(1);
  });

  it('stops in order: what was asked is answered, what is asked later is not', async () => {
    await using program = await startProgram();
    const publishes = Array.from({ length: 20 }, () => program.client.post('/api/events', gateEvent()));
    const answers = await Promise.all(publishes);
    expect(answers.every(({ status }) => status === 201)).toBe(true);
    expect(await program.shutdown.run('the test says so')).toBe(0);
    await expect(program.client.get('/api/events')).rejects.toThrow('fetch failed');
    expect(await program.db.repositories.events.findOwing('trace', new Date(), 10)).toEqual([]);
  });

  it('starts and publishes while Redis is away', async () => {
    await using program = await startProgram({ REDIS_URL: 'redis://127.0.0.1:1' });
    const { status, body } = await program.client.post('/api/events', gateEvent());
    expect(status).toBe(201);
    const event = await program.db.repositories.events.get(String(body.id));
    expect(event?.todo).toEqual(['hooks']);
  });

  it('names every variable that is wrong and quotes none', () => {
    const wrong = {
      MONGODB_URI: 'http://canary',
      KEY_RING: 'k1:canary',
      PORT: '-1',
      MAX_IN_FLIGHT: 'canary',
    };
    const fault = catchError(() => loadConfig(connectDataConfig, wrong));
    expect(fault.faults.map((line) => line.split(' ')[0]).sort()).toEqual(
      ['ISSUER', 'JWKS_URL', 'KEY_RING', 'MAX_IN_FLIGHT', 'MONGODB_URI', 'PORT', 'REDIS_URL'].sort(),
    );
    expect(fault.message).not.toContain('canary');
  });
});

function catchError(work: () => unknown): ConfigError {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigError) return error;
  }
  throw new Error('The configuration was taken');
}
