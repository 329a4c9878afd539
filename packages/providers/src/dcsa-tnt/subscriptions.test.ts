import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { type Peer, type PeerReply, type PeerRequest, startPeer } from '../conformance/index.ts';
import { findHookSource } from '../hook-sources.ts';
import { type Arrival, notifyingOf, workingOver } from '../provider.ts';
import events from './fixtures/events.json' with { type: 'json' };
import { dcsaTnt } from './provider.ts';
import { callAt, moveAt, paperAt } from './sample-events.ts';

const box = 'XTRU1000018';
const other = 'XTRU1000023';
const secret = Buffer.from('made-up secret of the callback').toString('base64');
const credentials = {
  apiKey: 'made-up-key',
  callbackUrl: 'https://hooks.example/tracehooks/dcsa_tnt/',
  callbackSecret: secret,
};
const notFound = { httpMethod: 'PUT', requestUri: '/', errors: [], statusCode: 404 };

function subscribed() {
  const provider = notifyingOf(dcsaTnt);
  if (!provider) throw new Error('It calls nobody');
  return provider;
}

let peer: Peer | null = null;
afterEach(() => peer?.close());

async function connect(reply: (request: PeerRequest) => PeerReply) {
  peer = await startPeer(reply);
  const { baseUrl, requests } = peer;
  const client = subscribed().connect({ baseUrl, credentials, spend: async () => undefined });
  const about = { service: 'availability', siteId: '', signal: new AbortController().signal } as const;
  return {
    asked: requests,
    subscribe: () => client.subscribe({ ...about, numbers: [box] }),
    look: () => client.look({ ...about, items: [{ number: box, reference: 's/1' }] }),
    read: () => client.read(box, about.signal),
  };
}

const withEvents =
  (renewal: PeerReply, own: readonly object[] = events) =>
  ({ method }: PeerRequest): PeerReply =>
    method === 'PUT' ? renewal : { body: own };

describe('a carrier of dcsa_tnt', () => {
  it('is polled where nobody can call us, and subscribed to where somebody can', () => {
    expect(workingOver(dcsaTnt, { credentials: { apiKey: 'k' } })).toBe(dcsaTnt);
    expect(workingOver(dcsaTnt, { credentials }).manifest).toMatchObject({
      id: 'dcsa_tnt',
      workflow: 'publish_notify',
    });
    expect(findHookSource('dcsa-tnt')?.id).toBe('dcsa_tnt');
  });

  it.each([
    { callbackUrl: 'nowhere', callbackSecret: secret },
    { callbackUrl: credentials.callbackUrl, callbackSecret: '' },
    { callbackUrl: credentials.callbackUrl },
  ])('is not subscribed to with %j', (login) => {
    const spend = async () => undefined;
    expect(() => subscribed().connect({ baseUrl: 'http://127.0.0.1', credentials: login, spend })).toThrow(
      /callbackSecret/,
    );
  });
});

describe('a subscription at dcsa_tnt', () => {
  it('is one per box, told at an address of its own and signed with our secret', async () => {
    const { subscribe, asked } = await connect(() => ({ status: 201, body: { subscriptionID: 's1' } }));
    expect((await subscribe()).references).toEqual(new Map([[box, 's1']]));
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ method: 'POST', path: '/v2/event-subscriptions' });
    expect(asked[0]?.headers).toMatchObject({ 'api-version': '2', 'api-key': 'made-up-key' });
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({
      callbackUrl: `https://hooks.example/tracehooks/dcsa_tnt/${box}`,
      secret,
      equipmentReference: box,
    });
  });

  it.each([
    ['nothing', { status: 204 }],
    ['itself', { status: 200, body: { subscriptionID: 's1' } }],
  ])('is renewed with its secret before the box is looked up, whether that answers %s', async (_, reply) => {
    const { look, asked } = await connect(withEvents(reply));
    expect((await look()).get('s/1')).toEqual({ state: 'found', slice: { events }, isOver: false });
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'PUT /v2/event-subscriptions/s%2F1/secret',
      'GET /v2/events',
    ]);
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({ secret });
  });

  it('that is gone is over, with what the box is now', async () => {
    const { look } = await connect(withEvents({ status: 404, body: notFound }));
    expect((await look()).get('s/1')).toMatchObject({ state: 'found', isOver: true });
  });

  it('of a box that the carrier does not know yet stands', async () => {
    const { look } = await connect(withEvents({ status: 204 }, []));
    expect((await look()).get('s/1')).toEqual({ state: 'not_found', isOver: false });
  });

  it('has a box read by number, and finds nothing where there is nothing', async () => {
    const { read } = await connect(withEvents({ status: 204 }));
    expect(await read()).toEqual({ number: box, slice: { events } });
    await peer?.close();
    const empty = await connect(withEvents({ status: 204 }, []));
    expect(await empty.read()).toBeNull();
  });
});

describe('a notification of dcsa_tnt', () => {
  const body = Buffer.from('[{"eventID":"e1","eventType":"TRANSPORT"}]\n');
  // By `openssl dgst -sha256` with the key that the secret stands for.
  const digest = 'eeace0779770476228284b48d3016cb0f27d64bfbec6aa6206a0d0812fd96c8d';
  const verify = (signature: string | string[] | undefined, key = secret) =>
    subscribed().verify({ headers: { 'notification-signature': signature }, body }, key);

  it('is known by its signature over the bytes, under the decoded secret', () => {
    expect(verify(`sha256=${digest}`)).toBe(true);
    expect(verify(`sha256=${digest.toUpperCase()}`)).toBe(true);
  });

  it.each([
    ['another secret', `sha256=${digest}`, Buffer.from('another').toString('base64')],
    ['the secret as text', `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`, secret],
    ['no secret', `sha256=${createHmac('sha256', '').update(body).digest('hex')}`, ''],
    ['a secret that is no base64', `sha256=${createHmac('sha256', '').update(body).digest('hex')}`, '!!'],
    ['another digest', `sha256=${digest.replace('e', 'f')}`, secret],
    ['half of it', `sha256=${digest.slice(2)}`, secret],
    ['no algorithm', digest, secret],
    ['another algorithm', `sha512=${digest}`, secret],
    ['nothing', undefined, secret],
    ['several', [`sha256=${digest}`], secret],
  ])('with %s is refused', (_what, signature, key) => {
    expect(verify(signature, key)).toBe(false);
  });

  const arrival = (path = ''): Arrival => ({ receivedAt: new Date('2026-06-03T04:00:01Z'), path });
  const parse = (value: unknown, path?: string) =>
    subscribed().parse(Buffer.from(JSON.stringify(value)), arrival(path));
  const ask = (number: string) => ({ ask: number, number });
  const at = '2026-06-02T07:10:00-07:00';

  it('has the box of its address read, once, whatever its events name', () => {
    const call = callAt('ARRI', at, 'USLAX');
    for (const value of [events, [call], [call, call], call]) expect(parse(value, box)).toEqual([ask(box)]);
  });

  it('at the bare address has the boxes read that its events name', () => {
    const references = [{ referenceType: 'EQ', referenceValue: other }];
    const said = [moveAt('DISC', at, 'USLAX'), paperAt('RELS', at, 'CUS', { references })];
    for (const path of ['', 'hook']) expect(parse([...said, ...said], path)).toEqual([ask(box), ask(other)]);
    expect(parse([callAt('ARRI', at, 'USLAX')])).toEqual([]);
  });

  it('of no event says nothing', () => {
    expect(parse([], box)).toEqual([]);
  });

  it.each(['', 'text', '{}', 'null', '[1]', '[{"eventType":""}]', '[{"metadata":{},"payload":{}}]'])(
    'that is %j cannot be read',
    (text) => {
      expect(() => subscribed().parse(Buffer.from(text), arrival(box))).toThrow(/notification/);
    },
  );
});
