import type { ProviderStateDoc } from '@envase/db';
import { listManifests } from '@envase/providers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../../test/api-client.ts';
import { startTestApi, type TestApi } from '../../test/start-test-api.ts';
import { presentProvider } from './present-provider.ts';

let api: TestApi;
let client: ApiClient;
beforeAll(async () => {
  api = await startTestApi();
  client = await api.addClient();
});
afterAll(() => api[Symbol.asyncDispose]());

const [manifest] = listManifests();
const now = new Date('2026-11-24T12:00:00Z');
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
const state = (changes: Partial<ProviderStateDoc>): ProviderStateDoc => ({ _id: 'apm', rev: 1, ...changes });
const closed = { state: 'closed', until: null, failures: 0 } as const;

const states: [name: string, state: ProviderStateDoc | null, health: object][] = [
  ['unknown before it was asked', null, { state: 'unknown', since: null, lastSuccessAt: null }],
  [
    'up since its last failure',
    state({ breaker: closed, lastSuccessAt: ago(1), lastFailureAt: ago(60) }),
    { state: 'up', since: ago(60).toISOString(), lastSuccessAt: ago(1).toISOString() },
  ],
  [
    'up when it never failed',
    state({ breaker: closed, lastSuccessAt: ago(1) }),
    { state: 'up', since: null },
  ],
  [
    'failing since its last success',
    state({ breaker: { ...closed, failures: 2 }, lastSuccessAt: ago(9), lastFailureAt: ago(1) }),
    { state: 'failing', since: ago(9).toISOString() },
  ],
  [
    'failing when it never answered',
    state({ lastFailureAt: ago(1) }),
    { state: 'failing', since: null, lastSuccessAt: null },
  ],
  [
    'down while it is not asked',
    state({
      breaker: { state: 'open', until: ago(-1), failures: 6 },
      lastSuccessAt: ago(9),
      lastFailureAt: ago(1),
    }),
    { state: 'down', since: ago(9).toISOString() },
  ],
  [
    'failing once it may be asked again',
    state({ breaker: { state: 'open', until: ago(1), failures: 6 }, lastFailureAt: ago(2) }),
    { state: 'failing' },
  ],
];

describe('presentProvider', () => {
  it.each(states)('tells a provider that is %s', (_name, stored, health) => {
    if (!manifest) throw new Error('There is no provider');
    expect(presentProvider(manifest, stored, now).health).toMatchObject(health);
  });
});

describe('GET /api/providers', () => {
  it('shows the catalogue without logins', async () => {
    await api.db.repositories.providerStates.swap(null, state({ breaker: closed, lastSuccessAt: now }));
    const { body } = await client.get('/api/providers');
    const data = body.data as Record<string, unknown>[];
    expect(data.map(({ id }) => id)).toEqual(listManifests().map(({ id }) => id));
    expect(data[0]).toEqual({
      id: 'apm',
      name: 'APM Terminals',
      workflow: 'real_time',
      services: expect.arrayContaining(['availability', 'empty']),
      sites: expect.arrayContaining([
        { id: 'USLAX', name: 'Pier 400 Los Angeles', timeZone: 'America/Los_Angeles' },
      ]),
      batchSize: expect.any(Number),
      limits: expect.any(Object),
      credentials: 'platform',
      dataGaps: expect.arrayContaining([expect.any(String)]),
      health: { state: 'up', since: null, lastSuccessAt: now.toISOString() },
    });
    expect(data[1]?.health).toEqual({ state: 'unknown', since: null, lastSuccessAt: null });
    expect(body.nextCursor).toBeNull();
  });

  it('pages', async () => {
    const ids: unknown[] = [];
    let cursor: unknown = null;
    do {
      const { body } = await client.get(`/api/providers?limit=1${cursor ? `&cursor=${String(cursor)}` : ''}`);
      ids.push(...(body.data as { id: string }[]).map(({ id }) => id));
      cursor = body.nextCursor;
    } while (cursor);
    expect(ids).toEqual(listManifests().map(({ id }) => id));
    expect((await client.get('/api/providers?cursor=abc')).body.details).toMatchObject([
      { path: 'query.cursor' },
    ]);
  });
});
