import { afterEach, describe, expect, it } from 'vitest';
import { createDnsLookup, createSender, type Lookup } from '../src/index.ts';
import { type DnsServer, startDns } from './dns-server.ts';
import { closeAll, track } from './sending.ts';
import { dialTo, PUBLIC_ADDRESS, startHttp, type TestServer } from './support.ts';

const policy = { allowHttp: true, extraPorts: [80] };
const input = { url: 'http://tms.customer.test/hook', headers: {}, body: '{}' };
afterEach(closeAll);

async function startReceiver(options: { keepAlive: boolean }): Promise<TestServer> {
  const server = await startHttp((_, response) => {
    if (!options.keepAlive) response.setHeader('connection', 'close');
    response.end('ok');
  });
  track(server);
  return server;
}

function createTestSender(server: TestServer, lookup: Lookup) {
  const { dial, dialled } = dialTo(server.port);
  const sender = createSender({ policy, lookup, dial });
  track(sender);
  return { sender, dialled };
}

async function startZone(
  answer: (type: 'A' | 'AAAA', count: number) => readonly string[],
): Promise<{ zone: DnsServer; lookup: Lookup }> {
  let count = 0;
  const zone = await startDns((type) => {
    if (type === 'A') count += 1;
    return answer(type, count);
  });
  track(zone);
  return { zone, lookup: createDnsLookup({ servers: [zone.address] }) };
}

describe('a name that is public first and private later', () => {
  it('is asked once per connection, and the connection goes to what was judged', async () => {
    const server = await startReceiver({ keepAlive: true });
    const answers = [[PUBLIC_ADDRESS], ['127.0.0.1']];
    let asked = 0;
    const { sender, dialled } = createTestSender(server, async () => answers[asked++] ?? []);
    expect(await sender.send(input)).toMatchObject({ kind: 'response', status: 200 });
    expect([asked, dialled]).toEqual([1, [[PUBLIC_ADDRESS]]]);
  });

  it('is blocked at the next connection', async () => {
    const server = await startReceiver({ keepAlive: false });
    let asked = 0;
    const { sender, dialled } = createTestSender(server, async () =>
      asked++ === 0 ? [PUBLIC_ADDRESS] : ['127.0.0.1'],
    );
    expect(await sender.send(input)).toMatchObject({ kind: 'response' });
    expect(await sender.send(input)).toMatchObject({ kind: 'error', error: 'blocked' });
    expect([dialled.length, server.connections()]).toEqual([1, 1]);
  });

  it('is blocked when a real name server answers so', async () => {
    const server = await startReceiver({ keepAlive: false });
    const { zone, lookup } = await startZone((type, count) => {
      if (type === 'AAAA') return [];
      return count === 1 ? [PUBLIC_ADDRESS] : ['127.0.0.1'];
    });
    const { sender, dialled } = createTestSender(server, lookup);
    expect(await sender.send(input)).toMatchObject({ kind: 'response', status: 200 });
    expect(zone.questions.toSorted()).toEqual(['A tms.customer.test', 'AAAA tms.customer.test']);
    expect(await sender.send(input)).toMatchObject({ kind: 'error', error: 'blocked' });
    expect(await sender.send(input)).toMatchObject({ kind: 'error', error: 'blocked' });
    expect([dialled, server.connections()]).toEqual([[[PUBLIC_ADDRESS]], 1]);
  });

  it('keeps a connection it has, asks nothing and goes nowhere else', async () => {
    const server = await startReceiver({ keepAlive: true });
    const { zone, lookup } = await startZone((type, count) => {
      if (type === 'AAAA') return [];
      return count === 1 ? [PUBLIC_ADDRESS] : ['127.0.0.1'];
    });
    const { sender } = createTestSender(server, lookup);
    for (let i = 0; i < 5; i += 1) {
      expect(await sender.send(input)).toMatchObject({ kind: 'response' });
      // undici frees a connection a turn of the event loop after its answer.
      await new Promise(setImmediate);
    }
    expect([server.connections(), zone.questions.length]).toEqual([1, 2]);
  });
});

describe('a name with mixed answers of a real name server', () => {
  it.each([
    ['a public A and a loopback AAAA', [PUBLIC_ADDRESS], ['::1']],
    ['a private A and a public AAAA', ['10.0.0.1'], ['2606:4700::1']],
    ['a public and a private A', [PUBLIC_ADDRESS, '192.168.0.1'], []],
    ['NAT64', [], ['64:ff9b::a9fe:a9fe']],
    ['IPv4 in IPv6', [], ['::ffff:7f00:1']],
  ] as const)('is blocked with %s', async (_, v4, v6) => {
    const server = await startReceiver({ keepAlive: true });
    const { lookup } = await startZone((type) => (type === 'A' ? v4 : v6));
    const { sender } = createTestSender(server, lookup);
    expect(await sender.send(input)).toMatchObject({ kind: 'error', error: 'blocked' });
    expect(server.connections()).toBe(0);
  });

  it('offers every judged address to one connection', async () => {
    const server = await startReceiver({ keepAlive: true });
    const { lookup } = await startZone((type) =>
      type === 'A' ? [PUBLIC_ADDRESS, '8.8.8.8'] : ['2606:4700::1'],
    );
    const { sender, dialled } = createTestSender(server, lookup);
    expect(await sender.send(input)).toMatchObject({ kind: 'response' });
    expect(dialled).toEqual([[PUBLIC_ADDRESS, '8.8.8.8', '2606:4700::1']]);
  });

  it('is a DNS error when there is no address at all', async () => {
    const server = await startReceiver({ keepAlive: true });
    const { lookup } = await startZone(() => []);
    const { sender } = createTestSender(server, lookup);
    expect(await sender.send(input)).toMatchObject({
      kind: 'error',
      error: 'dns',
      message: expect.stringContaining('ENODATA'),
    });
  });
});
