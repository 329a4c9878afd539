import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { signatureHeaders, signDelivery } from '@envase/contracts';
import { createLogger } from '@envase/runtime';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createSender, type Sender, type SenderOptions } from '../src/index.ts';
import { dialTo, listen, PUBLIC_ADDRESS, startHttp, startTcp, type TestServer } from './support.ts';

const closing: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const open of closing.splice(0).reverse()) await open.close();
});

function track<T extends { close(): Promise<unknown> }>(open: T): T {
  closing.push(open);
  return open;
}

/** A sender for which every name is public and leads to the server. */
function senderTo(server: TestServer, options: Partial<SenderOptions> = {}) {
  const { dial, dialled } = dialTo(server.port);
  const policy = { allowHttp: true, extraPorts: [80] };
  const sender = track(createSender({ policy, lookup: async () => [PUBLIC_ADDRESS], dial, ...options }));
  const post = (url = 'http://tms.customer.test/hook') => sender.send({ url, headers: {}, body: '{}' });
  return { sender, post, dialled };
}

async function withHttp(listener: RequestListener, options: Partial<SenderOptions> = {}) {
  const server = track(await startHttp(listener));
  return { server, ...senderTo(server, options) };
}

async function withTcp(onSocket: (socket: Socket) => void, options: Partial<SenderOptions> = {}) {
  const server = track(await startTcp(onSocket));
  return { server, ...senderTo(server, options) };
}

const SHORT = { timeouts: { totalMs: 150, connectMs: 100 } };

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

describe('answers', () => {
  it('keeps the first 1 KiB and cuts between characters', async () => {
    for (const pad of [0, 1, 2, 3]) {
      const text = 'x'.repeat(pad) + '€'.repeat(400);
      const { post } = await withHttp((_, response) => void response.end(text));
      const result = await post();
      const answer = result.kind === 'response' ? result.answer : '';
      expect(text.startsWith(answer)).toBe(true);
      expect(Buffer.byteLength(answer)).toBeGreaterThan(1_020);
      expect(Buffer.byteLength(answer)).toBeLessThanOrEqual(1_024);
    }
  });

  it('joins an answer that comes in pieces', async () => {
    const { post } = await withTcp((socket) => {
      socket.once('data', async () => {
        const pieces = [
          'HTTP/1.1 200 OK\r\nTransfer-Enc',
          'oding: chunked\r\n\r\n3\r\na',
          'bc\r\n',
          '2\r\nde\r\n0\r',
          '\n\r\n',
        ];
        for (const piece of pieces)
          await new Promise((resolve) => socket.write(piece, () => setImmediate(resolve)));
      });
    });
    expect(await post()).toMatchObject({ kind: 'response', status: 200, answer: 'abcde' });
  });

  it('stops reading an endless one at 16 KiB and hangs up', async () => {
    let sent = 0;
    const closed = Promise.withResolvers<void>();
    const { post } = await withHttp((_, response) => {
      const pump = () => {
        while (!response.destroyed && response.write('y'.repeat(4_096))) sent += 4_096;
      };
      response.on('drain', pump);
      response.on('close', () => closed.resolve());
      pump();
    });
    const result = await post();
    expect(result).toMatchObject({ kind: 'response', status: 200, answer: 'y'.repeat(1_024) });
    await closed.promise;
    // What the kernel and the server had buffered, not a stream that ran on.
    expect(sent).toBeLessThan(32 * 1_048_576);
  });

  it('does not expand a gzip bomb', async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000));
    const { post } = await withHttp(
      (_, response) => void response.setHeader('content-encoding', 'gzip').end(bomb),
    );
    const result = await post();
    expect(result).toMatchObject({ kind: 'response', status: 200 });
    expect(result.kind === 'response' && result.answer.startsWith(bomb.toString('utf8', 0, 3))).toBe(true);
    expect(result.kind === 'response' && result.answer.length).toBeLessThanOrEqual(1_024);
  });

  it('counts what was said when the body drips past the limit of time, and hangs up', async () => {
    const closed = Promise.withResolvers<void>();
    const { post } = await withHttp((_, response) => {
      response.writeHead(202).flushHeaders();
      const drip = setInterval(() => response.write('.'), 5);
      response.on('close', () => {
        clearInterval(drip);
        closed.resolve();
      });
    }, SHORT);
    const result = await post();
    expect(result).toMatchObject({ kind: 'response', status: 202, answer: expect.stringMatching(/^\.+$/) });
    expect(result.durationMs).toBeGreaterThanOrEqual(140);
    await closed.promise;
  });

  it('counts what was said when the connection breaks in the body', async () => {
    const { post } = await withTcp((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 500 Oops\r\nContent-Length: 100\r\n\r\npart'));
    });
    expect(await post()).toMatchObject({ kind: 'response', status: 500, answer: 'part' });
  });

  it('passes over a few interim answers', async () => {
    const { post } = await withHttp((_, response) => {
      response.writeEarlyHints({ link: '</a>; rel=preload' });
      response.writeProcessing();
      response.writeHead(204).end();
    });
    expect(await post()).toMatchObject({ kind: 'response', status: 204, answer: '' });
  });
});

describe('receivers that do not answer', () => {
  it.each<[string, string, (socket: Socket) => void]>([
    ['huge headers', 'protocol', (s) => s.write(`HTTP/1.1 200 OK\r\nx-a: ${'a'.repeat(20_000)}\r\n\r\n`)],
    ['many headers', 'protocol', (s) => s.write(`HTTP/1.1 200 OK\r\n${'x-a: b\r\n'.repeat(6_000)}\r\n`)],
    ['a flood of interim answers', 'protocol', (s) => s.write('HTTP/1.1 102 Processing\r\n\r\n'.repeat(100))],
    ['something else than HTTP', 'protocol', (s) => s.write('SSH-2.0-OpenSSH_9.9\r\n')],
    [
      'two lengths',
      'protocol',
      (s) => s.write('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na'),
    ],
    ['a closed connection', 'reset', (s) => s.end()],
    ['half a head', 'reset', (s) => s.end('HTTP/1.1 200 OK\r\nx-a: b')],
    ['a reset connection', 'reset', (s) => s.resetAndDestroy()],
  ])('are told apart: %s is %s', async (_, error, act) => {
    const { post } = await withTcp((socket) => void socket.once('data', () => act(socket)));
    const result = await post();
    expect(result).toMatchObject({ kind: 'error', error });
    expect(JSON.stringify(result)).not.toMatch(/customer|93\.184|127\.0\.0\.1/);
  });

  it('time out when nothing, or only a dripping head, comes, and are hung up on', async () => {
    for (const head of ['', 'HTTP/1.1 200 OK\r\nx-a: ']) {
      const closed = Promise.withResolvers<void>();
      const { post } = await withTcp((socket) => {
        socket.write(head);
        const drip = setInterval(() => head && socket.write('a'), 5);
        socket.resume();
        socket.on('close', () => {
          clearInterval(drip);
          closed.resolve();
        });
      }, SHORT);
      expect(await post()).toMatchObject({
        kind: 'error',
        error: 'timeout',
        message: 'No answer within 150 ms',
      });
      await closed.promise;
    }
  });

  it('are a connect error when they refuse', async () => {
    const server = await startTcp(() => undefined);
    const { post } = senderTo(server);
    await server.close();
    expect(await post()).toMatchObject({
      kind: 'error',
      error: 'connect',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('time out when the name is not resolved, and are not connected to later', async () => {
    const name = Promise.withResolvers<string[]>();
    const { post, dialled } = await withHttp((_, response) => void response.end(), {
      ...SHORT,
      lookup: () => name.promise,
    });
    expect(await post()).toMatchObject({
      kind: 'error',
      error: 'timeout',
      message: 'No connection within 100 ms',
    });
    name.resolve([PUBLIC_ADDRESS]);
    await name.promise;
    await new Promise(setImmediate);
    expect(dialled).toEqual([]);
  });
});

describe('hosts that the operator listed', () => {
  it('are reached by the plain connection of the machine, on any port, by address and by name', async () => {
    const server = track(await startHttp((request, response) => void response.end(request.headers.host)));
    const sender = track(
      createSender({ policy: { allowHosts: ['127.0.0.1', 'localhost'] }, lookup: async () => [] }),
    );
    for (const host of [`127.0.0.1:${server.port}`, `localhost:${server.port}`]) {
      const result = await sender.send({ url: `http://${host}/`, headers: {}, body: '{}' });
      expect(result).toMatchObject({ kind: 'response', status: 200, answer: host });
    }
    const other = await sender.send({ url: `http://127.0.0.2:${server.port}/`, headers: {}, body: '{}' });
    expect(other).toMatchObject({ kind: 'error', error: 'blocked' });
  });

  it('do not open a way to themselves for other names', async () => {
    const server = track(await startHttp((_, response) => void response.end()));
    const policy = { allowHosts: ['127.0.0.1'], allowHttp: true, extraPorts: [server.port] };
    const sender = track(createSender({ policy, lookup: async () => ['127.0.0.1'] }));
    const result = await sender.send({
      url: `http://tms.customer.test:${server.port}/`,
      headers: {},
      body: '{}',
    });
    expect(result).toMatchObject({ kind: 'error', error: 'blocked' });
    expect(server.connections()).toBe(0);
  });
});

describe('https', () => {
  const pem = (name: string) =>
    readFileSync(new URL(`./fixtures/receiver-${name}.pem`, import.meta.url), 'utf8');
  const ca = pem('cert');

  async function withHttps(options: Partial<SenderOptions>) {
    const names: unknown[] = [];
    const server = createHttpsServer({ key: pem('key'), cert: ca }, (request, response) => {
      names.push([Reflect.get(request.socket, 'servername'), request.headers.host, request.httpVersion]);
      response.end('secure');
    });
    const tracked = track(await listen(server));
    return { names, ...senderTo(tracked, options), server: tracked };
  }

  it('keeps the name of the hook for the certificate, the server name and the Host header', async () => {
    const { post, names, server } = await withHttps({ ca });
    const url = 'https://hooks.customer.test/x';
    expect(await post(url)).toMatchObject({ kind: 'response', status: 200, answer: 'secure' });
    expect(await post(url)).toMatchObject({ kind: 'response' });
    expect(names).toEqual(Array(2).fill(['hooks.customer.test', 'hooks.customer.test', '1.1']));
    expect(server.connections()).toBeLessThanOrEqual(2);
  });

  it('refuses a certificate of another name', async () => {
    const { post, names } = await withHttps({ ca });
    const result = await post('https://other.customer.test/');
    expect(result).toMatchObject({
      kind: 'error',
      error: 'tls',
      message: expect.stringContaining('ALTNAME'),
    });
    expect(names).toEqual([]);
  });

  it('refuses a certificate that nobody vouches for, whatever the environment says', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const { post, names } = await withHttps({});
    const result = await post('https://hooks.customer.test/');
    vi.unstubAllEnvs();
    expect(result).toMatchObject({
      kind: 'error',
      error: 'tls',
      message: expect.stringContaining('SELF_SIGNED'),
    });
    expect(names).toEqual([]);
  });

  it('is a TLS error with a receiver that speaks plain HTTP or hangs up, and a timeout with one that is silent', async () => {
    const plain = await withTcp((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect(await plain.post('https://hooks.customer.test/')).toMatchObject({ error: 'tls' });
    const closed = await withTcp((socket) => socket.destroy());
    expect(await closed.post('https://hooks.customer.test/')).toMatchObject({ error: 'tls' });
    const silent = await withTcp((socket) => void socket.resume(), SHORT);
    expect(await silent.post('https://hooks.customer.test/')).toMatchObject({
      error: 'timeout',
      message: 'No connection within 100 ms',
    });
  });
});

describe('the life of a sender', () => {
  const silent = (options: Partial<SenderOptions> = {}) => withTcp((socket) => void socket.resume(), options);

  it('rejects with the reason of the signal, before and during a send, and hangs up', async () => {
    const { sender, server } = await silent();
    const input = { url: 'http://tms.customer.test/', headers: {}, body: '{}' };
    const controller = new AbortController();
    const sending = sender.send({ ...input, signal: controller.signal });
    await vi.waitUntil(() => server.bytes() > 0);
    controller.abort(new Error('stopping'));
    await expect(sending).rejects.toThrow('stopping');
    await expect(sender.send({ ...input, signal: controller.signal })).rejects.toThrow('stopping');
    expect(server.connections()).toBe(1);
  });

  it('leaves no listener on a signal that serves many sends', async () => {
    const { sender } = await withHttp((_, response) => void response.end());
    const { signal } = new AbortController();
    const remove = vi.spyOn(signal, 'removeEventListener');
    const add = vi.spyOn(signal, 'addEventListener');
    for (const url of ['http://tms.customer.test/', 'http://10.0.0.1/']) {
      await sender.send({ url, headers: {}, body: '{}', signal });
    }
    expect([add.mock.calls.length, remove.mock.calls.length]).toEqual([2, 2]);
  });

  it('never sends later what has timed out while it waited for its connection', async () => {
    const name = Promise.withResolvers<string[]>();
    const paths: unknown[] = [];
    const answer: RequestListener = (request, response) => {
      paths.push(request.url);
      response.end();
    };
    const timeouts = { totalMs: 50, connectMs: 5_000 };
    const { post } = await withHttp(answer, { timeouts, lookup: () => name.promise });
    expect(await post('http://tms.customer.test/late')).toMatchObject({ kind: 'error', error: 'timeout' });
    name.resolve([PUBLIC_ADDRESS]);
    await vi.waitUntil(async () => (await post('http://tms.customer.test/next')).kind === 'response');
    expect(paths).not.toContain('/late');
  });

  it('finishes what is under way when it is closed, and answers later sends with an error', async () => {
    const { sender, post, server } = await withHttp(
      (_, response) => void setImmediate(() => response.end('late')),
    );
    const sending = post();
    await vi.waitUntil(() => server.bytes() > 0);
    await Promise.all([sender.close(), expect(sending).resolves.toMatchObject({ answer: 'late' })]);
    expect(await post()).toMatchObject({ kind: 'error', error: 'connect', message: 'The sender is closed' });
    closing.splice(closing.indexOf(sender), 1);
  });

  it('logs a blocked delivery with its host and nothing else of the URL', async () => {
    const lines: string[] = [];
    const logger = createLogger({
      program: 't',
      destination: { write: (line: string) => void lines.push(line) },
    });
    const sender: Sender = track(createSender({ policy: {}, logger, lookup: async () => ['10.0.0.1'] }));
    await sender.send({
      url: 'https://tms.customer.test/canary?key=canary',
      headers: { a: 'canary' },
      body: 'canary',
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('"host":"tms.customer.test"');
    expect(lines[0]).not.toMatch(/canary|10\.0\.0\.1/);
  });
});
