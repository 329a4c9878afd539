import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { send, serve } from '../test/serve.ts';
import { endpoint } from './endpoint.ts';
import { MAX_BODY_BYTES } from './request-body.ts';
import type { Route } from './router.ts';

const echo: Route = {
  method: 'POST',
  path: '/echo',
  endpoint: endpoint({
    scope: null,
    body: z.unknown(),
    handle: ({ body, rawBody }) => ({
      status: 200,
      body: { bytes: rawBody.length, hasBody: body !== undefined },
    }),
  }),
};

function post(
  url: string,
  body: string | Blob,
  headers: Record<string, string> = { 'content-type': 'application/json' },
) {
  return fetch(`${url}/echo`, { method: 'POST', body, headers });
}

function nested(depth: number): string {
  return `${'['.repeat(depth)}${']'.repeat(depth)}`;
}

describe('the type of a body', () => {
  it.each(['application/json', 'application/json; charset=UTF-8', 'application/vnd.tms+json'])(
    'takes %s',
    async (type) => {
      await using app = await serve([echo]);
      expect((await post(app.url, '{"a":1}', { 'content-type': type })).status).toBe(200);
    },
  );

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonp',
    'application/json; charset=latin1',
    'multipart/form-data; boundary=x',
  ])('refuses %s with 415', async (type) => {
    await using app = await serve([echo]);
    const answer = await post(app.url, '{"a":1}', { 'content-type': type });
    expect(answer.status).toBe(415);
    expect(await answer.json()).toMatchObject({ code: 'unsupported_media_type' });
  });

  it('refuses a body without a type, and compressed bodies unread', async () => {
    await using app = await serve([echo]);
    const untyped = await post(app.url, new Blob(['{"a":1}']), {});
    expect(untyped.status).toBe(415);
    const bomb = await post(app.url, new Blob([gzipSync(Buffer.alloc(1024 * 1024))]), {
      'content-type': 'application/json',
      'content-encoding': 'gzip',
    });
    expect(bomb.status).toBe(415);
  });
});

describe('the size of a body', () => {
  it('takes 256 KiB and refuses one byte more', async () => {
    await using app = await serve([echo]);
    const full = `"${'x'.repeat(MAX_BODY_BYTES - 2)}"`;
    expect(await (await post(app.url, full)).json()).toMatchObject({ bytes: MAX_BODY_BYTES });
    const answer = await post(app.url, `${full} `);
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ code: 'payload_too_large' });
  });

  it('answers 413 to large announced bodies, and the connection stays good for small rests', async () => {
    await using app = await serve([echo]);
    for (const bytes of [300_000, 900_000, 5_000_000]) {
      expect((await post(app.url, 'x'.repeat(bytes))).status).toBe(413);
    }
    expect((await post(app.url, '{}')).status).toBe(200);
  });

  it('answers an endless chunked body early and hangs up', async () => {
    await using app = await serve([echo]);
    const chunk = Buffer.alloc(16 * 1024, 'x');
    let sent = 0;
    const status = await new Promise<number | undefined>((resolve, reject) => {
      let answered: number | undefined;
      const headers = { 'content-type': 'application/json', 'transfer-encoding': 'chunked' };
      const call = request(`${app.url}/echo`, { method: 'POST', headers });
      const pump = () => {
        while (!call.destroyed && sent < 200 * 1024 * 1024) {
          sent += chunk.length;
          if (!call.write(chunk)) return;
        }
      };
      call.on('response', (answer) => {
        answered = answer.statusCode;
        answer.resume();
      });
      call.on('drain', pump);
      call.on('error', (error) => (answered ? resolve(answered) : reject(error)));
      call.on('close', () => resolve(answered));
      pump();
    });
    expect(status).toBe(413);
    // What the sockets' buffers hold comes on top of what is discarded.
    expect(sent).toBeLessThan(50 * 1024 * 1024);
  });
});

describe('the shape of a body', () => {
  it('refuses what is not JSON, and does not quote it', async () => {
    await using app = await serve([echo]);
    for (const bad of ['{"a":', "{'a':1}", 'canary-secret', '\u{feff}{}']) {
      const { status, body, text } = await send(`${app.url}/echo`, { method: 'POST', body: bad });
      expect(status).toBe(400);
      expect(body).toMatchObject({ code: 'invalid_request', details: [{ path: '' }] });
      expect(text).not.toContain('canary');
    }
    const notUtf8 = await post(app.url, new Blob([Buffer.from([0x22, 0xc3, 0x28, 0x22])]));
    expect(notUtf8.status).toBe(400);
  });

  it('hands an empty body to the schema', async () => {
    await using app = await serve([echo]);
    expect((await send(`${app.url}/echo`, { method: 'POST' })).body).toEqual({ bytes: 0, hasBody: false });
  });

  it('takes depth 32 and arrays of 1,000, and names the place of more', async () => {
    await using app = await serve([echo]);
    const post400 = async (body: string) => (await send(`${app.url}/echo`, { method: 'POST', body })).body;
    expect(await post400(nested(32))).toMatchObject({ bytes: 64 });
    expect(await post400(nested(33))).toMatchObject({
      code: 'invalid_request',
      details: [{ path: '/0'.repeat(32) }],
    });
    const items = (count: number) =>
      JSON.stringify({ 'a/b': { list: Array.from({ length: count }, () => 1) } });
    expect(await post400(items(1_000))).toMatchObject({ hasBody: true });
    expect(await post400(items(1_001))).toMatchObject({ details: [{ path: '/a~1b/list' }] });
  });

  it('refuses 100,000 levels without falling over', async () => {
    await using app = await serve([echo]);
    expect((await send(`${app.url}/echo`, { method: 'POST', body: nested(100_000) })).status).toBe(400);
    expect((await send(`${app.url}/echo`, { method: 'POST', body: {} })).status).toBe(200);
  });

  it('leaves prototypes alone', async () => {
    await using app = await serve([echo]);
    const body = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
    expect((await send(`${app.url}/echo`, { method: 'POST', body })).status).toBe(200);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});
