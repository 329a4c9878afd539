import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { connect } from 'node:net';
import { signDelivery } from '@envase/contracts';
import { waitFor } from '@envase/testing';
import express from 'express';
import Koa from 'koa';
import { describe, expect, it } from 'vitest';
import { startServer } from '../../test/start-server.ts';
import { createKoaReceiver, createReceiver, type ReceivedEvent, type ReceiverOptions } from '../index.ts';

const key = 'current key';
const bodyOf = (id: string) => JSON.stringify({ id, type: 'CONTAINER', action: 'TRACE_RESULT', payload: {} });

type Mount = (options: ReceiverOptions) => RequestListener;

const nodeHttp: Mount = (options) => createReceiver(options);
const koa: Mount = (options) => new Koa().use(createKoaReceiver(options)).callback();
const inExpress: Mount = (options) => express().post('/', createReceiver(options));

async function startReceiving(options: Partial<ReceiverOptions> = {}, mount: Mount = nodeHttp) {
  const events: ReceivedEvent[] = [];
  const errors: unknown[] = [];
  const listener = mount({
    signingKeys: key,
    onEvent: (event) => void events.push(event),
    onError: (error) => errors.push(error),
    ...options,
  });
  const port = await startServer(createServer(listener));
  const url = `http://127.0.0.1:${port}`;
  const post = (body: string, headers: Record<string, string>) =>
    fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
  const deliver = async (body: string, keys: string[] = [key]) =>
    (await post(body, signDelivery({ eventId: 'e', body, at: Date.now(), keys }))).status;
  return { deliver, post, events, errors, port, url };
}

describe.each([
  ['node:http', nodeHttp],
  ['Koa', koa],
  ['Express', inExpress],
])('a receiver in %s', (_name, mount) => {
  it('hands on a signed event and answers 204 only once it was handled', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let handled: ReceivedEvent | null = null;
    let isAnswered = false;
    const { deliver } = await startReceiving(
      {
        onEvent: (event) => {
          handled = event;
          return promise;
        },
      },
      mount,
    );
    const delivered = deliver(bodyOf('e1')).finally(() => {
      isAnswered = true;
    });
    await waitFor(() => handled, { what: 'the event' });
    expect(handled).toMatchObject({ id: 'e1', action: 'TRACE_RESULT' });
    expect(isAnswered).toBe(false);
    resolve();
    expect(await delivered).toBe(204);
  });

  it('answers what is wrong, in words, and hands nothing on', async () => {
    const { post, events, url } = await startReceiving({ maxBytes: 200 }, mount);
    const signed = (body: string, at = Date.now(), keys = [key]) =>
      signDelivery({ eventId: 'e', body, at, keys });
    const body = bodyOf('e1');
    const large = JSON.stringify({ id: 'e1', payload: 'x'.repeat(300) });
    const refused: [string, Record<string, string>, number, string][] = [
      [body, {}, 401, 'the delivery is not signed'],
      [body, signed(body, Date.now(), ['another key']), 401, 'no signature fits'],
      [body, signed(bodyOf('e2')), 401, 'no signature fits'],
      [body, signed(body, Date.now() - 600_000), 401, 'no signature fits'],
      [body, signed(body, Date.now() + 600_000), 401, 'no signature fits'],
      [large, signed(large), 413, 'a delivery has at most 200 bytes'],
      ['no JSON', signed('no JSON'), 400, 'the body is no event'],
      ['{"type":"CONTAINER"}', signed('{"type":"CONTAINER"}'), 400, 'the body is no event'],
      ['null', signed('null'), 400, 'the body is no event'],
    ];
    for (const [sent, headers, status, message] of refused) {
      const response = await post(sent, headers);
      expect([response.status, await response.json()]).toEqual([
        status,
        { code: expect.any(String), message: expect.stringContaining(message) },
      ]);
    }
    if (mount !== inExpress) expect((await fetch(url)).status).toBe(405);
    expect(events).toEqual([]);
  });

  it('answers 500 when the event could not be handled, says why, and takes the next try', async () => {
    let runs = 0;
    const fault = new Error('the database is away');
    const { deliver, errors } = await startReceiving(
      {
        onEvent: () => {
          runs += 1;
          if (runs === 1) throw fault;
        },
      },
      mount,
    );
    expect(await deliver(bodyOf('e1'))).toBe(500);
    expect(errors).toEqual([fault]);
    expect(await deliver(bodyOf('e1'))).toBe(204);
    expect(runs).toBe(2);
  });
});

describe('a receiver behind a body parser', () => {
  const behind =
    (parser: express.RequestHandler): Mount =>
    (options) =>
      express().use(parser).post('/', createReceiver(options));

  it.each([
    ['express.raw()', express.raw({ type: '*/*' })],
    ['express.text()', express.text({ type: '*/*' })],
    [
      'a parser that keeps rawBody',
      express.json({ verify: (request, _response, raw) => void Object.assign(request, { rawBody: raw }) }),
    ],
  ])('takes the bytes that %s kept', async (_name, parser) => {
    const { deliver, events } = await startReceiving({ maxBytes: 200 }, behind(parser));
    expect(await deliver(bodyOf('e1'))).toBe(204);
    expect(await deliver(bodyOf('e2'), ['another key'])).toBe(401);
    expect(await deliver(JSON.stringify({ id: 'ü'.repeat(150) }))).toBe(413);
    expect(events.map(({ id }) => id)).toEqual(['e1']);
  });

  it('takes the rawBody that a parser of Koa kept', async () => {
    const { deliver, events } = await startReceiving({}, (options) =>
      new Koa()
        .use(async (context, next) => {
          const chunks: Buffer[] = [];
          for await (const chunk of context.req) chunks.push(chunk);
          Object.assign(context.request, { rawBody: Buffer.concat(chunks).toString() });
          await next();
        })
        .use(createKoaReceiver(options))
        .callback(),
    );
    expect(await deliver(bodyOf('e1'))).toBe(204);
    expect(events).toHaveLength(1);
  });

  it('says where to stand when the bytes are gone', async () => {
    const { deliver, errors } = await startReceiving({}, behind(express.json()));
    expect(await deliver(bodyOf('e1'))).toBe(500);
    expect(String(errors[0])).toContain('mount the receiver before the body parser');
  });
});

describe('a receiver', () => {
  it('takes the previous key while keys are rotated, on either side', async () => {
    const isReady = await startReceiving({ signingKeys: ['next key', key] });
    expect(await isReady.deliver(bodyOf('e1'), [key])).toBe(204);
    expect(await isReady.deliver(bodyOf('e2'), ['next key', key])).toBe(204);
    const isBehind = await startReceiving({ signingKeys: key });
    expect(await isBehind.deliver(bodyOf('e3'), ['next key', key])).toBe(204);
  });

  it('runs once for an event that comes again, also while the first is being handled', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let runs = 0;
    const { deliver } = await startReceiving({
      onEvent: () => {
        runs += 1;
        return promise;
      },
    });
    const both = Promise.all([deliver(bodyOf('e1')), deliver(bodyOf('e1'))]);
    await waitFor(() => runs === 1, { what: 'the first run' });
    resolve();
    expect(await both).toEqual([204, 204]);
    expect(await deliver(bodyOf('e1'))).toBe(204);
    expect(runs).toBe(1);
  });

  it('forgets the oldest ids when it has seen enough others', async () => {
    const { deliver, events } = await startReceiving({ rememberIds: 2 });
    for (const id of ['e1', 'e2', 'e2', 'e3', 'e1']) await deliver(bodyOf(id));
    expect(events.map(({ id }) => id)).toEqual(['e1', 'e2', 'e3', 'e1']);
  });

  it('outlives a sender that goes away amid the body', async () => {
    const { deliver, errors, port } = await startReceiving();
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{"id"');
    socket.resetAndDestroy();
    expect(await deliver(bodyOf('e1'))).toBe(204);
    expect(errors).toEqual([]);
  });
});
