import { describe, expect, it } from 'vitest';
import { grant, refusal, startPlatform } from '../test/platform.ts';
import { EnvaseError } from './index.ts';

const gap = (calls: { at: number }[]) => (calls[1]?.at ?? 0) - (calls[0]?.at ?? 0);

describe('requests', () => {
  it.each([429, 503])('are sent again after %i, not before Retry-After has passed', async (status) => {
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
