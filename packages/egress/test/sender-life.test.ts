import type { RequestListener } from 'node:http';
import { createLogger } from '@envase/runtime';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createSender, type Sender, type SenderOptions } from '../src/index.ts';
import { closeAll, track, withHttp, withTcp } from './sending.ts';
import { PUBLIC_ADDRESS, startHttp } from './support.ts';

afterEach(closeAll);

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
