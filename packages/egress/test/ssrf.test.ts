import { describe, expect, it } from 'vitest';
import { createSender, isPublicAddress, judgeUrl } from '../src/index.ts';
import { ACCEPTED_URLS, REFUSED_URLS } from './ssrf-vectors.ts';
import { dialNowhere, dialTo, PUBLIC_ADDRESS, startTcp } from './support.ts';

// Names that a hostile or careless zone may point anywhere.
const NOT_PUBLIC = [
  '127.0.0.1',
  '127.8.8.8',
  '0.0.0.0',
  '10.1.2.3',
  '172.16.5.4',
  '172.31.0.1',
  '192.168.0.1',
  '169.254.169.254',
  '100.64.1.1',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.8',
  '192.0.2.7',
  '192.88.99.2',
  '198.18.1.1',
  '198.51.100.9',
  '203.0.113.9',
  '224.0.0.251',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::127.0.0.1',
  '::ffff:0:10.0.0.1',
  '64:ff9b::10.0.0.1',
  '64:ff9b::8.8.8.8',
  '64:ff9b:1::1',
  '100::1',
  '2001::1',
  '2001:0:4136:e378:8000:63bf:f5ff:fffe',
  '2001:db8::1',
  '2002:a00:1::1',
  '3fff::1',
  '5f00::1',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  '2606:4700::5efe:a00:1',
  'not an address',
  '',
  '127.1',
  '0x7f.0.0.1',
  '8.8.8.8 ',
  '08.8.8.8',
];

describe('the table of refused URLs', () => {
  it('has at least 150 rows, each once', () => {
    expect(REFUSED_URLS.length).toBeGreaterThanOrEqual(150);
    expect(new Set(REFUSED_URLS.map(([, url]) => url)).size).toBe(REFUSED_URLS.length);
  });

  it.each(REFUSED_URLS)('%s: %j is refused at registration', (_, url) => {
    expect(judgeUrl(url, {})).toMatchObject({ ok: false });
  });

  it('is refused at each send too, before any name is asked or connection made', async () => {
    const asked: string[] = [];
    const lookup = async (name: string) => {
      asked.push(name);
      return [PUBLIC_ADDRESS];
    };
    const sender = createSender({ policy: {}, lookup, dial: dialNowhere });
    for (const [, url] of REFUSED_URLS) {
      expect(await sender.send({ url, headers: {}, body: '{}' })).toMatchObject({
        kind: 'error',
        error: 'blocked',
      });
    }
    expect(asked).toEqual([]);
    await sender.close();
  });

  it.each(ACCEPTED_URLS)('%j is accepted', (url) => {
    expect(judgeUrl(url, {})).toMatchObject({ ok: true });
  });
});

describe('names that resolve to addresses that are not public', () => {
  it.each(NOT_PUBLIC)('%j is not public', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(NOT_PUBLIC)(
    '%j blocks the send, alone and among public ones, and is not named',
    async (address) => {
      for (const answers of [[address], [PUBLIC_ADDRESS, address], [address, PUBLIC_ADDRESS]]) {
        const sender = createSender({ policy: {}, lookup: async () => answers, dial: dialNowhere });
        const result = await sender.send({ url: 'https://tms.customer.test/', headers: {}, body: '{}' });
        expect(result).toMatchObject({ kind: 'error', error: 'blocked' });
        if (address !== '') expect(JSON.stringify(result)).not.toContain(address);
        await sender.close();
      }
    },
  );
});

describe('a connection that leads elsewhere than the name', () => {
  it.each(['http', 'https'])('is closed before its first byte over %s', async (scheme) => {
    const server = await startTcp(() => undefined);
    const { dial } = dialTo(server.port);
    // Without the claim of dialTo the socket shows where it really leads: to this machine.
    const honest: typeof dial = (target) => {
      const socket = dial(target);
      Reflect.deleteProperty(socket, 'remoteAddress');
      Object.defineProperty(socket, 'remoteAddress', { value: '127.0.0.1' });
      return socket;
    };
    const policy = { allowHttp: true, extraPorts: [80] };
    const sender = createSender({ policy, lookup: async () => [PUBLIC_ADDRESS], dial: honest });
    const result = await sender.send({ url: `${scheme}://tms.customer.test/`, headers: {}, body: '{}' });
    expect(result).toMatchObject({ kind: 'error', error: 'blocked' });
    expect(server.bytes()).toBe(0);
    await sender.close();
    await server.close();
  });
});
