import { readFileSync } from 'node:fs';
import { createServer as createHttpsServer } from 'node:https';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { SenderOptions } from '../src/index.ts';
import { closeAll, SHORT, senderTo, track, withTcp } from './sending.ts';
import { listen } from './support.ts';

afterEach(closeAll);

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
