import { type PeerReply, type PeerRequest, startPeer } from '../conformance/index.ts';
import type { PublishRetrieveProvider } from '../provider.ts';
import notification from './fixtures/notification.json' with { type: 'json' };
import { sprintpassPro } from './provider.ts';

export const first = 'XTRU1000018';
export const second = 'XTRU1000023';
export const stranger = 'XTRU1000091';
const { unit_status: unit } = notification;
export const tokenOf = (serial: number) => `00000000-0000-4000-8000-${String(serial).padStart(12, '0')}`;

export const messageOf = (number: string, members: object = {}) => ({
  ...notification,
  orchestration_request: { ...notification.orchestration_request, unit_nbr: number },
  unit_status: { ...unit, unitinfo: { ...unit.unitinfo, unit_nbr: number }, ...members },
});

export const locked = (serial: number, body: unknown): PeerReply => ({
  status: 201,
  headers: { brokerproperties: JSON.stringify({ LockToken: tokenOf(serial), SequenceNumber: serial }) },
  body,
});

/** What waits in the queue of each peer; an order fills it. */
const queues = new Map<string, string[]>();
let serial = 0;

export function answer(request: PeerRequest, known: readonly string[]): PeerReply {
  const { host = '' } = request.headers;
  if (request.method === 'DELETE') return { status: 200, body: '' };
  if (request.path === '/queue/messages/head') {
    const next = queues.get(host)?.shift();
    serial += 1;
    return next === undefined ? { status: 204 } : locked(serial, messageOf(next));
  }
  queues.set(host, [...known]);
  const { order } = JSON.parse(request.body);
  const rows = order.map(({ unit: { unit_nbr } }: { unit: { unit_nbr: string } }) => ({
    success: true,
    unit_nbr,
    messages: [{ message_cd: '10000', message_txt: 'Created', message_severity_cd: 'I' }],
  }));
  return { status: 202, body: { data: rows } };
}

export const login = { apiKey: 'made-up-api-key', queuePolicy: 'listen', queueKey: 'made-up-queue-key' };

/** The provider with its queue at the same peer, since a peer's address is not known before it listens. */
export function withQueue(provider: PublishRetrieveProvider): PublishRetrieveProvider {
  return {
    ...provider,
    connect: ({ credentials, ...connection }) =>
      provider.connect({
        ...connection,
        credentials: { ...credentials, queueUrl: `${connection.baseUrl}/queue` },
      }),
  };
}

export async function withClient<T>(
  reply: (request: PeerRequest) => PeerReply,
  act: (client: ReturnType<PublishRetrieveProvider['connect']>, asked: readonly PeerRequest[]) => Promise<T>,
  provider = sprintpassPro,
): Promise<T> {
  const peer = await startPeer(reply);
  const connection = { baseUrl: peer.baseUrl, credentials: login, spend: async () => undefined };
  const client = withQueue(provider).connect(connection);
  try {
    return await act(client, peer.requests);
  } finally {
    client.close();
    await peer.close();
  }
}
