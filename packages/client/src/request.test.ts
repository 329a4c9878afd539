import { waitFor } from '@envase/testing';
import { describe, expect, it } from 'vitest';
import { grant, refusal, startPlatform } from '../test/platform.ts';
import { createClient, EnvaseError } from './index.ts';

const gap = (calls: { at: number }[]) => (calls[1]?.at ?? 0) - (calls[0]?.at ?? 0);

describe('requests', () => {
  it.each([429, 503, 502])('are sent again after %i, not before Retry-After has passed', async (status) => {
    const { client, calls } = await startPlatform({
      api: (_request, index) =>
        index === 0 ? refusal(status, 'busy', { 'retry-after': '1' }) : { json: { id: '1' } },
    });
    expect(await client.traces.get('1')).toEqual({ id: '1' });
    expect(gap(calls())).toBeGreaterThanOrEqual(1_000);
  });

  it('wait until the date that Retry-After names', async () => {
    const { client, calls } = await startPlatform({
      api: (_request, index) => {
        const at = new Date(Date.now() + 1_500).toUTCString();
        return index === 0 ? refusal(503, 'unavailable', { 'retry-after': at }) : { json: {} };
      },
    });
    await client.traces.get('1');
    // A date has whole seconds, so up to one of them is lost.
    expect(gap(calls())).toBeGreaterThanOrEqual(400);
  });

  it('are sent again when the connection was lost', async () => {
    const { client, calls } = await startPlatform({
      api: (_request, index) => (index === 0 ? 'drop' : { json: { id: '1' } }),
    });
    expect(await client.traces.get('1')).toEqual({ id: '1' });
    expect(calls()).toHaveLength(2);
  });

  it('are sent again when an answer is too long in coming', async () => {
    const { client, calls } = await startPlatform({
      api: (_request, index) => (index === 0 ? 'hang' : { json: { id: '1' } }),
      client: { timeoutMs: 200 },
    });
    expect(await client.traces.get('1')).toEqual({ id: '1' });
    expect(calls()).toHaveLength(2);
  });

  it('wait for the token endpoint as for any other', async () => {
    const { client, tokenCalls } = await startPlatform({
      token: (_request, index) =>
        index === 0
          ? { status: 429, headers: { 'retry-after': '0' }, json: { error: 'temporarily_unavailable' } }
          : grant('late'),
    });
    await client.traces.get('1');
    expect(tokenCalls()).toHaveLength(2);
  });

  it('are sent again when the answer broke off', async () => {
    const broken = '{"id":';
    const { client, calls } = await startPlatform({
      api: (_request, index) =>
        index === 0 ? { headers: { 'content-length': '99' }, body: broken } : { json: { id: '1' } },
      client: { timeoutMs: 500 },
    });
    expect(await client.traces.get('1')).toEqual({ id: '1' });
    expect(calls()).toHaveLength(2);
  });

  it('are an error at once where Retry-After is longer than anybody waits', async () => {
    const { client, calls } = await startPlatform({
      api: () => refusal(429, 'rate_limited', { 'retry-after': '61' }),
    });
    await expect(client.traces.get('1')).rejects.toMatchObject({
      code: 'rate_limited',
      retryAfterMs: 61_000,
    });
    expect(calls()).toHaveLength(1);
  });

  it('end with the last refusal after as many tries as were wished', async () => {
    const { client, calls } = await startPlatform({
      api: () => refusal(503, 'unavailable', { 'retry-after': '0' }),
      client: { attempts: 2 },
    });
    await expect(client.traces.get('1')).rejects.toMatchObject({ status: 503, isPassing: true });
    expect(calls()).toHaveLength(2);
  });

  it('end amid an answer, amid a wait and before they begin when the caller aborts', async () => {
    const { client, calls } = await startPlatform({
      api: (_request, index) => (index === 0 ? 'hang' : refusal(503, 'busy', { 'retry-after': '59' })),
    });
    const reason = new Error('the user left');
    for (const sent of [1, 2]) {
      const stop = new AbortController();
      const asked = client.traces.get('1', { signal: stop.signal });
      await waitFor(() => calls().length === sent, { what: 'the request' });
      stop.abort(reason);
      await expect(asked).rejects.toBe(reason);
    }
    const signal = AbortSignal.abort(reason);
    await expect(client.publish({ type: 'GATE', action: 'X', payload: {} }, { signal })).rejects.toBe(reason);
    expect(calls()).toHaveLength(2);
  });

  it('of one caller that aborts leave the token of the others alone', async () => {
    const granted = Promise.withResolvers<void>();
    const { client, calls, tokenCalls } = await startPlatform({
      token: () => granted.promise.then(() => grant('shared')),
    });
    const stop = new AbortController();
    const mine = client.traces.get('1', { signal: stop.signal });
    const theirs = client.traces.get('2');
    await waitFor(() => tokenCalls().length === 1, { what: 'the question for a token' });
    stop.abort();
    await expect(mine).rejects.toMatchObject({ name: 'AbortError' });
    granted.resolve();
    await theirs;
    expect(calls().map(({ path }) => path)).toEqual(['/api/traces/2']);
  });

  it('take the key that the caller gives', async () => {
    const { client, calls } = await startPlatform({ api: () => ({ json: { items: [] } }) });
    await client.traces.refresh('t1', { idempotencyKey: 'mine' });
    expect(calls()[0]?.headers['idempotency-key']).toBe('mine');
  });

  it('that cannot be sent are an error at once', async () => {
    const { client, calls } = await startPlatform();
    const wrong = client.traces.refresh('t1', { idempotencyKey: 'line\nbreak' });
    await expect(wrong).rejects.toThrow(TypeError);
    for (const id of ['', '.', '..']) expect(() => client.webhooks.remove(id)).toThrow('is not an id');
    expect(() =>
      createClient({ connectDataUrl: 'x', identityUrl: 'y', clientId: '', clientSecret: '' }),
    ).toThrow(TypeError);
    expect(calls()).toEqual([]);
  });

  it('that a proxy answers with a page are an error that says so', async () => {
    const { client, calls } = await startPlatform({ api: () => ({ body: '<html>welcome</html>' }) });
    await expect(client.traces.get('1')).rejects.toThrow('is no JSON');
    expect(calls()).toHaveLength(1);
  });

  it('that are published again carry the same idempotency key and body', async () => {
    const { client, calls } = await startPlatform({
      api: (_request, index) => (index === 0 ? 'drop' : { status: 201, json: { id: 'e1', items: [] } }),
    });
    await client.traceContainers({ orgId: 'o', svcId: 's', providerId: 'apm', numbers: ['CSQU3054383'] });
    const [first, second] = calls();
    expect(first?.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);
    expect(second?.headers['idempotency-key']).toBe(first?.headers['idempotency-key']);
    expect(second?.rawBody).toEqual(first?.rawBody);
    expect(first?.json).toEqual({
      orgId: 'o',
      svcId: 's',
      type: 'CONTAINER',
      action: 'TRACE_REQUESTED',
      payload: { providerId: 'apm', containers: [{ id: 'CSQU3054383' }] },
    });
  });

  it('that are refused are an error with every detail, and are not sent again', async () => {
    const details = [{ path: '/payload/providerId', message: 'unknown provider; did you mean apm?' }];
    const { client, calls } = await startPlatform({
      api: () => ({
        status: 400,
        json: { code: 'invalid_request', message: 'no', details, requestId: 'r' },
      }),
    });
    const published = client.publish({ type: 'CONTAINER', action: 'TRACE_REQUESTED', payload: {} });
    await expect(published).rejects.toThrow(EnvaseError);
    await expect(published).rejects.toMatchObject({
      status: 400,
      code: 'invalid_request',
      details,
      requestId: 'r',
    });
    expect(calls()).toHaveLength(1);
  });

  it('that meet a page of a proxy are an error with its status', async () => {
    const { client } = await startPlatform({ api: () => ({ status: 404, body: '<html>not here</html>' }) });
    await expect(client.traces.get('1')).rejects.toMatchObject({
      status: 404,
      code: 'unknown',
      requestId: null,
    });
  });

  it('escape ids in paths', async () => {
    const { client, calls } = await startPlatform({ api: () => 204 });
    await client.webhooks.remove('../events');
    expect(calls()[0]).toMatchObject({ method: 'DELETE', path: '/api/webhooks/..%2Fevents' });
  });
});

describe('lists', () => {
  it('are read page by page, as they are asked for', async () => {
    const { client, calls } = await startPlatform({
      api: ({ path }) => {
        const cursor = new URL(path, 'http://peer').searchParams.get('cursor');
        return cursor === null
          ? { json: { data: [{ id: 'a' }, { id: 'b' }], nextCursor: 'more' } }
          : { json: { data: [{ id: 'c' }], nextCursor: null } };
      },
    });
    const ids: string[] = [];
    for await (const event of client.events.list({ type: 'CONTAINER' })) {
      ids.push(event.id);
      expect(calls()).toHaveLength(event.id === 'c' ? 2 : 1);
    }
    expect(ids).toEqual(['a', 'b', 'c']);
    expect(calls().map(({ path }) => path)).toEqual([
      '/api/events?type=CONTAINER',
      '/api/events?type=CONTAINER&cursor=more',
    ]);
  });
});
