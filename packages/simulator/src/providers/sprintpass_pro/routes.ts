import { createHmac, timingSafeEqual } from 'node:crypto';
import { parseBoxNumber } from '../../iso6346.ts';
import type { World } from '../../world/world.ts';
import type { Route, WireAnswer, WireRequest } from '../provider.ts';
import { boxesOf, placeOrders } from './orders.ts';
import { type DialectId, endLock, lockHead, memoryOf, settingsOf } from './state.ts';

const problem = (status: number, title: string): WireAnswer => ({ status, body: { title, status } });
const empty = (status: number): WireAnswer => ({ status, body: '' });

function isKeyValid(world: World, id: DialectId, { headers }: WireRequest): boolean {
  return headers['x-api-key'] === settingsOf(world, id).apiKey;
}

const signature = /^SharedAccessSignature sr=(?<sr>[^&]+)&sig=(?<sig>[^&]+)&se=(?<se>\d+)&skn=(?<skn>[^&]+)$/;

/** A shared access signature of Azure Service Bus for this queue, or for what it is part of. */
function isSigned(world: World, id: DialectId, { headers, url }: WireRequest): boolean {
  const { sr = '', sig = '', se = '', skn = '' } = signature.exec(headers.authorization ?? '')?.groups ?? {};
  const { queuePolicy, queueKey } = settingsOf(world, id);
  const wanted = createHmac('sha256', queueKey).update(`${sr}\n${se}`).digest();
  const given = Buffer.from(decodeURIComponent(sig), 'base64');
  const isFor = `${url.origin}${url.pathname}`.startsWith(decodeURIComponent(sr));
  const isFresh = Number(se) * 1_000 > world.now();
  const isSame = given.length === wanted.length && timingSafeEqual(given, wanted);
  return sr !== '' && skn === queuePolicy && isFor && isFresh && isSame;
}

function peekLock(world: World, id: DialectId, { url }: WireRequest): WireAnswer {
  const message = lockHead(world, id);
  if (!message?.lock) return empty(204);
  const { token, until } = message.lock;
  const properties = {
    DeliveryCount: message.deliveries,
    LockToken: token,
    LockedUntilUtc: new Date(until).toUTCString(),
    MessageId: String(message.sequence),
    SequenceNumber: message.sequence,
    State: 'Active',
  };
  const location = `${url.origin}${url.pathname.replace(/head$/, '')}${message.sequence}/${token}`;
  return {
    status: 201,
    headers: { brokerproperties: JSON.stringify(properties), location },
    body: message.body,
  };
}

function settle(world: World, { id, path }: { id: DialectId; path: string }, isDone: boolean): WireAnswer {
  const [, , , sequence = '', token = ''] = path.split('/');
  const isOurs = endLock(world, { id, sequence: Number(sequence), token, isDone });
  return isOurs ? empty(200) : problem(404, 'The lock was lost');
}

/** Orders with a key, and the queue with a signature. */
export function createRoutes(id: DialectId, ordersPath: string) {
  return (world: World): Route[] => {
    const keyed = (handle: (request: WireRequest) => WireAnswer) => (request: WireRequest) =>
      isKeyValid(world, id, request) ? handle(request) : problem(401, 'Unauthorized');
    const signed = (handle: (request: WireRequest) => WireAnswer) => (request: WireRequest) =>
      isSigned(world, id, request) ? handle(request) : problem(401, 'Unauthorized');
    const data = { answers: 'data' } as const;
    const queue = { ...data, boxes: () => [] };
    const message = '/queue/messages/:sequence/:lock';
    const at = ({ path }: WireRequest) => ({ id, path });
    return [
      {
        ...data,
        operation: 'orders',
        method: 'POST',
        path: ordersPath,
        boxes: boxesOf,
        handle: keyed((request) => placeOrders(world, id, request)),
      },
      {
        ...queue,
        operation: 'peek',
        method: 'POST',
        path: '/queue/messages/head',
        handle: signed((request) => peekLock(world, id, request)),
      },
      {
        ...queue,
        operation: 'complete',
        method: 'DELETE',
        path: message,
        handle: signed((request) => settle(world, at(request), true)),
      },
      {
        ...queue,
        operation: 'abandon',
        method: 'PUT',
        path: message,
        handle: signed((request) => settle(world, at(request), false)),
      },
      {
        ...data,
        operation: 'stop',
        method: 'DELETE',
        path: '/v1/orchestrations/trade-type/:tradeType/unit-nbr/:number',
        boxes: ({ path }) => [path.split('/')[6] ?? ''],
        handle: keyed(({ path }) => {
          const number = parseBoxNumber(path.split('/')[6] ?? '')?.full ?? '';
          const isStopped = memoryOf(world, id).orders.delete(number);
          return isStopped ? { status: 200, body: {} } : problem(404, 'Orchestration not found');
        }),
      },
    ];
  };
}
