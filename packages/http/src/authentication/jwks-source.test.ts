import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTestClock } from '@envase/runtime';
import { waitFor } from '@envase/testing';
import { describe, expect, it } from 'vitest';
import { createTestLogger } from '../../test/serve.ts';
import { createJwksSource } from './jwks-source.ts';

function jwkOf(kid: string, modulusLength = 2048) {
  const { n, e } = generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'jwk' });
  return { kty: 'RSA', kid, n, e, use: 'sig', alg: 'RS256' };
}
const [first, second] = [jwkOf('a'), jwkOf('b')];

function createSetup(answer: () => unknown, options: { everyMs?: number } = {}) {
  const clock = createTestClock(1_000_000);
  const state = { fetches: 0, answer };
  const { logger, logs } = createTestLogger();
  const source = createJwksSource({
    url: 'http://identity/.well-known/jwks.json',
    logger,
    clock,
    ...options,
    async fetchJson() {
      state.fetches += 1;
      return state.answer();
    },
  });
  return { clock, state, source, logs };
}

describe('an unknown kid', () => {
  it('causes one fetch per 10 s at most, whoever asks', async () => {
    const { clock, state, source } = createSetup(() => ({ keys: [first] }));
    await source.refresh();
    for (let ask = 0; ask < 1_000; ask += 1) await source.refresh();
    clock.advance(9_999);
    await source.refresh();
    expect(state.fetches).toBe(1);
    clock.advance(1);
    await Promise.all(Array.from({ length: 100 }, () => source.refresh()));
    expect(state.fetches).toBe(2);
  });
});

describe('the copy', () => {
  it('follows the issuer and keeps the same key object for the same key', async () => {
    const { clock, state, source } = createSetup(() => ({ keys: [first] }));
    await source.refresh();
    const key = source.find('a');
    state.answer = () => ({ keys: [second, first] });
    clock.advance(10_000);
    await source.refresh();
    expect(source.find('a')).toBe(key);
    expect(source.find('b')).toBeDefined();
    state.answer = () => ({ keys: [second] });
    clock.advance(10_000);
    await source.refresh();
    expect(source.find('a')).toBeUndefined();
  });

  it.each<[string, () => unknown]>([
    ['does not answer', () => Promise.reject(new Error('refused'))],
    ['answers something else', () => ({ nokeys: true })],
    ['answers no key', () => ({ keys: [] })],
    ['answers a secret key', () => ({ keys: [{ kty: 'oct', kid: 'a', k: 'AAAA' }] })],
    ['answers a key for encryption', () => ({ keys: [{ ...jwkOf('a'), use: 'enc' }] })],
    ['answers a key of 1,024 bits', () => ({ keys: [jwkOf('a', 1024)] })],
    ['answers a broken key', () => ({ keys: [{ ...jwkOf('a'), n: '!' }] })],
  ])('stays as it is when the issuer %s', async (_name, answer) => {
    const { clock, state, source, logs } = createSetup(() => ({ keys: [first] }));
    await source.refresh();
    const key = source.find('a');
    state.answer = answer;
    clock.advance(10_000);
    await source.refresh();
    expect(source.find('a')).toBe(key);
    expect(logs.at(-1)?.msg).toBe('The keys of the issuer could not be fetched');
  });
});

describe('starting', () => {
  it('does not wait for an issuer that is down, and asks again until it answers', async () => {
    const { state, source } = createSetup(() => Promise.reject(new Error('refused')));
    await source.start();
    expect(source.isReady()).toBe(false);
    state.answer = () => ({ keys: [first] });
    await waitFor(() => source.isReady(), { what: 'the keys' });
    source.stop();
  });

  it('fetches again by itself', async () => {
    const { state, source } = createSetup(() => ({ keys: [first] }), { everyMs: 5 });
    await source.start();
    await waitFor(() => state.fetches >= 3, { what: 'three fetches' });
    source.stop();
  });
});

describe('over HTTP', () => {
  it('takes a small JSON answer; refuses redirects, errors and endless answers', async () => {
    const answers: [number, Record<string, string>, string][] = [
      [200, {}, JSON.stringify({ keys: [first] })],
      [302, { location: '/elsewhere' }, ''],
      [500, {}, '{}'],
      [200, {}, JSON.stringify({ keys: [second], more: 'x'.repeat(100_000) })],
    ];
    const server = createServer((_request, response) => {
      const [status, headers, body] = answers.shift() ?? [404, {}, ''];
      response.writeHead(status, headers).end(body);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    // The cast: a listening TCP server has an address with a port.
    const { port } = server.address() as AddressInfo;
    const clock = createTestClock(1_000_000);
    const { logger, logs } = createTestLogger();
    const source = createJwksSource({ url: `http://127.0.0.1:${port}/`, logger, clock });
    for (let round = 0; round < 4; round += 1) {
      await source.refresh();
      clock.advance(10_000);
    }
    expect(source.find('a')).toBeDefined();
    expect(source.find('b')).toBeUndefined();
    expect(logs).toHaveLength(3);
    server.close();
  });
});
