import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { signDelivery } from '@envase/contracts';
import { waitFor } from '@envase/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createReceiver, type ReceivedEvent, type ReceiverOptions } from './index.ts';

const key = 'current key';
const bodyOf = (id: string) => JSON.stringify({ id, type: 'CONTAINER', action: 'TRACE_RESULT', payload: {} });

async function startReceiving(options: Partial<ReceiverOptions> = {}) {
  const events: ReceivedEvent[] = [];
  const errors: unknown[] = [];
  const receive = createReceiver({
    signingKeys: key,
    onEvent: (event) => void events.push(event),
    onError: (error) => errors.push(error),
    ...options,
  });
  const server = createServer(receive);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  // A server that listens on a port has an address of that kind.
  const { port } = server.address() as { port: number };
  const deliver = async (body: string, keys: string[] = [key], headers: Record<string, string> = {}) => {
    const signed = signDelivery({ eventId: 'e', body, at: Date.now(), keys });
    const response = await fetch(`http://127.0.0.1:${port}`, {
      method: 'POST',
      headers: { ...signed, ...headers },
      body,
    });
    return response.status;
  };
  return { deliver, events, errors, port };
}

describe('a receiver', () => {
  it('hands on a signed event and answers 204', async () => {
    const { deliver, events } = await startReceiving();
    expect(await deliver(bodyOf('e1'))).toBe(204);
    expect(events).toMatchObject([{ id: 'e1', action: 'TRACE_RESULT' }]);
  });

  it('answers 401 to a wrong key, a changed body, an old signature and none', async () => {
    const { deliver, events } = await startReceiving();
    const body = bodyOf('e1');
    const at = Date.now() - 600_000;
    const name = 'x-envase-connect-signature-256';
    const old = signDelivery({ eventId: 'e', body, at, keys: [key] })[name] ?? '';
    const other = signDelivery({ eventId: 'e', body: bodyOf('e2'), at: Date.now(), keys: [key] })[name] ?? '';
    expect(await deliver(body, ['another key'])).toBe(401);
    expect(await deliver(body, [key], { [name]: other })).toBe(401);
    expect(await deliver(body, [key], { [name]: old })).toBe(401);
    expect(await deliver(body, [])).toBe(401);
    expect(events).toEqual([]);
  });

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

  it('answers 500 when the event could not be handled, says why, and takes the next try', async () => {
    let runs = 0;
    const fault = new Error('the database is away');
    const { deliver, errors } = await startReceiving({
      onEvent: () => {
        runs += 1;
        if (runs === 1) throw fault;
      },
    });
    expect(await deliver(bodyOf('e1'))).toBe(500);
    expect(errors).toEqual([fault]);
    expect(await deliver(bodyOf('e1'))).toBe(204);
    expect(runs).toBe(2);
  });

  it('forgets the oldest ids when it has seen enough others', async () => {
    const { deliver, events } = await startReceiving({ rememberIds: 2 });
    for (const id of ['e1', 'e2', 'e2', 'e3', 'e1']) await deliver(bodyOf(id));
    expect(events.map(({ id }) => id)).toEqual(['e1', 'e2', 'e3', 'e1']);
  });

  it('answers 413 to a body that is too large and 400 to one that is no event', async () => {
    const { deliver, events } = await startReceiving({ maxBytes: 200 });
    expect(await deliver(JSON.stringify({ id: 'e1', payload: 'x'.repeat(300) }))).toBe(413);
    expect(await deliver('no JSON')).toBe(400);
    expect(await deliver('{"type":"CONTAINER"}')).toBe(400);
    expect(await deliver('null')).toBe(400);
    expect(events).toEqual([]);
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
