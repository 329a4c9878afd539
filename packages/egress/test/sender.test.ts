import { signatureHeaders, signDelivery } from '@envase/contracts';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { closeAll, track, withHttp } from './sending.ts';
import { PUBLIC_ADDRESS, startHttp, startTcp } from './support.ts';

afterEach(closeAll);

describe('send', () => {
  it('posts the headers and the exact bytes, with the host of the hook, and answers what came back', async () => {
    const seen: unknown[] = [];
    const { sender } = await withHttp((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { host, 'x-a': a, 'content-length': length } = request.headers;
        seen.push([request.method, request.url, host, a, length, Buffer.concat(chunks).toString()]);
        response.writeHead(201, { 'retry-after': '3' }).end('thanks');
      });
    });
    const url = 'http://tms.customer.test/hook?a=1&b=%20';
    const result = await sender.send({
      url,
      headers: { 'x-a': 'é'.normalize() },
      body: Buffer.from('{"ü":1}'),
    });
    expect(result).toMatchObject({ kind: 'response', status: 201, answer: 'thanks', retryAfterMs: 3_000 });
    expect(result.durationMs).toBeLessThan(5_000);
    expect(seen).toEqual([['POST', '/hook?a=1&b=%20', 'tms.customer.test', 'é', '8', '{"ü":1}']]);
  });

  it('carries signatures that the Standard Webhooks library verifies', async () => {
    const key = 'a signing key of the customer';
    const received: { headers: Record<string, string>; body: string }[] = [];
    const { sender } = await withHttp((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => {
        body += chunk;
      });
      request.on('end', () => {
        // The cast: none of the headers looked at is ever repeated.
        received.push({ headers: request.headers as Record<string, string>, body });
        response.end();
      });
    });
    const body = JSON.stringify({ id: '1', note: 'ünï' });
    const headers = signDelivery({ eventId: 'evt-1', body, at: Date.now(), keys: [key] });
    await sender.send({ url: 'http://tms.customer.test/', headers, body });
    const verifier = new Webhook(Buffer.from(key).toString('base64'));
    expect(verifier.verify(received[0]?.body ?? '', received[0]?.headers ?? {})).toEqual(JSON.parse(body));
    expect(received[0]?.headers[signatureHeaders.envase]).toMatch(/^t=\d+,v1=[0-9a-f]{64}$/);
  });

  // undici frees a connection a turn of the event loop after its answer, so a send that follows at once may open a second one.
  it('reuses connections: 50 sends over at most 2, then 10 at once, twice, over at most 20', async () => {
    const { post, server, dialled } = await withHttp((_, response) => void response.end());
    for (let i = 0; i < 50; i += 1) await post(`http://tms.customer.test/${i}`);
    expect(server.connections()).toBeLessThanOrEqual(2);
    expect(dialled.length).toBe(server.connections());
    await Promise.all(Array.from({ length: 10 }, () => post()));
    await Promise.all(Array.from({ length: 10 }, () => post()));
    expect(server.connections()).toBeLessThanOrEqual(20);
  });

  it('asks for the name anew after 1,000 sends over one connection', async () => {
    let asked = 0;
    const lookup = async () => {
      asked += 1;
      return [PUBLIC_ADDRESS];
    };
    const { post } = await withHttp((_, response) => void response.end(), { lookup });
    const sendSome = async (count: number) => {
      for (let i = 0; i < count; i += 1) {
        expect(await post()).toMatchObject({ kind: 'response' });
        await new Promise(setImmediate);
      }
    };
    await sendSome(900);
    const before = asked;
    expect(before).toBeLessThanOrEqual(2);
    await sendSome(1_200);
    expect(asked).toBeGreaterThan(before);
  });

  it('connects anew when the receiver has closed the kept connection', async () => {
    const { post, server } = await withHttp(
      (_, response) => void response.setHeader('connection', 'close').end(),
    );
    expect(await post()).toMatchObject({ kind: 'response' });
    expect(await post()).toMatchObject({ kind: 'response' });
    expect(server.connections()).toBe(2);
  });

  it.each([301, 302, 303, 307, 308])('returns a %i and does not follow it', async (status) => {
    const internal = track(await startHttp((_, response) => void response.end()));
    const location = `http://127.0.0.1:${internal.port}/secret`;
    const { post, server } = await withHttp(
      (_, response) => void response.writeHead(status, { location }).end(),
    );
    expect(await post()).toMatchObject({ kind: 'response', status });
    expect([internal.connections(), server.connections()]).toEqual([0, 1]);
  });

  it('uses no proxy that the environment names', async () => {
    const proxy = track(await startTcp(() => undefined));
    for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY']) {
      vi.stubEnv(name, `http://127.0.0.1:${proxy.port}`);
    }
    const { post } = await withHttp((_, response) => void response.end());
    expect(await post()).toMatchObject({ kind: 'response', status: 200 });
    expect(proxy.connections()).toBe(0);
    vi.unstubAllEnvs();
  });

  it.each([
    ['a line break in a header', { 'x-a': 'b\r\nx-c: d' }],
    ['a Host header', { HOST: 'internal' }],
    ['a wrong Content-Length', { 'content-length': '1' }],
    ['Transfer-Encoding', { 'transfer-encoding': 'chunked' }],
    ['a header name that is none', { 'x y': '1' }],
  ])('sends nothing for %s', async (_, headers) => {
    const { sender, server } = await withHttp((_request, response) => void response.end());
    const result = await sender.send({ url: 'http://tms.customer.test/', headers, body: '{}' });
    expect(result).toMatchObject({ kind: 'error' });
    expect(server.bytes()).toBe(0);
  });
});
