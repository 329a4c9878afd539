import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { createSender, type SenderOptions } from '../src/index.ts';
import { dialTo, PUBLIC_ADDRESS, startHttp, startTcp, type TestServer } from './support.ts';

const closing: { close(): Promise<unknown> }[] = [];

/** Closes what the test opened, the last first; for `afterEach`. */
export async function closeAll(): Promise<void> {
  for (const open of closing.splice(0).reverse()) await open.close();
}

/** Has it closed after the test. */
export function track<T extends { close(): Promise<unknown> }>(open: T): T {
  closing.push(open);
  return open;
}

/** Limits short enough for a test to wait for. */
export const SHORT = { timeouts: { totalMs: 150, connectMs: 100 } };

/** A sender for which every name is public and leads to the server. */
export function senderTo(server: TestServer, options: Partial<SenderOptions> = {}) {
  const { dial, dialled } = dialTo(server.port);
  const policy = { allowHttp: true, extraPorts: [80] };
  const sender = track(createSender({ policy, lookup: async () => [PUBLIC_ADDRESS], dial, ...options }));
  const post = (url = 'http://tms.customer.test/hook') => sender.send({ url, headers: {}, body: '{}' });
  return { sender, post, dialled };
}

/** An HTTP receiver and a sender that leads to it. */
export async function withHttp(listener: RequestListener, options: Partial<SenderOptions> = {}) {
  const server = track(await startHttp(listener));
  return { server, ...senderTo(server, options) };
}

/** A receiver on bare TCP and a sender that leads to it. */
export async function withTcp(onSocket: (socket: Socket) => void, options: Partial<SenderOptions> = {}) {
  const server = track(await startTcp(onSocket));
  return { server, ...senderTo(server, options) };
}
