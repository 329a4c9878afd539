import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { closeAll, SHORT, senderTo, withHttp, withTcp } from './sending.ts';
import { PUBLIC_ADDRESS, startTcp } from './support.ts';

afterEach(closeAll);

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
