import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPublicAddress } from './address.ts';
import { judgeUrl } from './judge-url.ts';

const RESERVED: readonly (readonly [number, number, number, number, number])[] = [
  [0, 0, 0, 0, 8],
  [10, 0, 0, 0, 8],
  [100, 64, 0, 0, 10],
  [127, 0, 0, 0, 8],
  [169, 254, 0, 0, 16],
  [172, 16, 0, 0, 12],
  [192, 0, 0, 0, 24],
  [192, 0, 2, 0, 24],
  [192, 88, 99, 0, 24],
  [192, 168, 0, 0, 16],
  [198, 18, 0, 0, 15],
  [198, 51, 100, 0, 24],
  [203, 0, 113, 0, 24],
  [224, 0, 0, 0, 3],
];

// A v4 address as a number, from a reserved range: the property does not take the ranges from the code it judges.
const reserved = fc.constantFrom(...RESERVED).chain(([a, b, c, d, bits]) => {
  const base = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
  return fc.integer({ min: 0, max: 2 ** (32 - bits) - 1 }).map((offset) => base + offset);
});
const isReserved = (value: number) =>
  RESERVED.some(([a, b, c, d, bits]) => {
    const base = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
    return value >= base && value < base + 2 ** (32 - bits);
  });

const octets = (value: number) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
const dotted = (value: number) => octets(value).join('.');
const groups = (value: number) => `${(value >>> 16).toString(16)}:${(value & 0xffff).toString(16)}`;

const V4_NOTATIONS: readonly ((value: number) => string)[] = [
  dotted,
  (value) => `${dotted(value)}.`,
  String,
  (value) => `0x${value.toString(16)}`,
  (value) => `0${value.toString(8)}`,
  (value) =>
    octets(value)
      .map((o) => `0x${o.toString(16)}`)
      .join('.'),
  (value) =>
    octets(value)
      .map((o) => `0${o.toString(8)}`)
      .join('.'),
  (value) => `${value >>> 24}.${value & 0xffffff}`,
  (value) => `${value >>> 24}.${(value >>> 16) & 255}.${value & 0xffff}`,
  (value) => dotted(value).replaceAll(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
  (value) => dotted(value).replaceAll('.', '。'),
];

const V6_EMBEDDINGS: readonly ((value: number) => string)[] = [
  (value) => `::ffff:${dotted(value)}`,
  (value) => `::ffff:${groups(value)}`,
  (value) => `0:0:0:0:0:ffff:${groups(value)}`,
  (value) => `::${dotted(value)}`,
  (value) => `::ffff:0:${dotted(value)}`,
  (value) => `64:ff9b::${dotted(value)}`,
  (value) => `64:ff9b:1:7:8:9:${groups(value)}`,
  (value) => `2002:${groups(value)}::1`,
  (value) => `2001:0:${groups(value)}::1`,
  (value) => `2001:0:4136:e378:8000:63bf:${groups(~value >>> 0)}`,
  (value) => `2606:4700:1:2:0:5efe:${groups(value)}`,
  (value) => `2606:4700:1:2:200:5efe:${groups(value)}`,
];

describe('judgeUrl', () => {
  it('refuses any reserved IPv4 address in any notation', () => {
    fc.assert(
      fc.property(
        reserved,
        fc.constantFrom(...V4_NOTATIONS),
        (value, write) => !judgeUrl(`https://${write(value)}/`, {}).ok,
      ),
      { numRuns: 2_000 },
    );
  });

  it('refuses any reserved IPv4 address inside any IPv6 address', () => {
    fc.assert(
      fc.property(reserved, fc.constantFrom(...V6_EMBEDDINGS), (value, write) => {
        return !isPublicAddress(write(value)) && !judgeUrl(`https://[${write(value)}]/`, {}).ok;
      }),
      { numRuns: 2_000 },
    );
  });

  it('accepts any other IPv4 address, whatever the notation', () => {
    const special = /^(168\.63\.129\.16|192\.(31\.196|52\.193|175\.48)\.\d+)$/;
    const other = fc
      .integer({ min: 0, max: 0xffffffff })
      .filter((v) => !isReserved(v) && !special.test(dotted(v)));
    fc.assert(
      fc.property(
        other,
        fc.constantFrom(...V4_NOTATIONS),
        (value, write) => judgeUrl(`https://${write(value)}/`, {}).ok,
      ),
    );
  });

  it('never throws, and accepts only what the parser gives back with the same host', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'grapheme' }),
          fc.webUrl().map((url) => url.replace('http:', 'https:')),
        ),
        (text) => {
          const verdict = judgeUrl(text, {});
          return !verdict.ok || (verdict.url.protocol === 'https:' && verdict.url.hash === '');
        },
      ),
    );
  });

  it('gives reasons that complete "The URL …" and never hold what was given', () => {
    const reasons = [
      'http://a.test/',
      'https://u:canary@a.test/',
      'https://a.test:81/',
      'https://canary/',
      'https://10.0.0.1/',
    ].map((url) => judgeUrl(url, {}));
    expect(reasons).toEqual([
      { ok: false, reason: 'must begin with https://' },
      { ok: false, reason: 'must not hold a user name or password' },
      { ok: false, reason: 'must use one of the ports 443, 8443' },
      { ok: false, reason: 'must name a host with a domain' },
      { ok: false, reason: 'must name a public address' },
    ]);
    expect(judgeUrl(`https://a.test/${'x'.repeat(2_048)}`, {}).ok).toBe(false);
  });
});

describe('the policy of the operator', () => {
  it('allows http, but only on ports that it lists', () => {
    expect(judgeUrl('http://a.test/', { allowHttp: true }).ok).toBe(false);
    expect(judgeUrl('http://a.test/', { allowHttp: true, extraPorts: [80] }).ok).toBe(true);
    expect(judgeUrl('http://a.test:8443/', { allowHttp: true }).ok).toBe(true);
    expect(judgeUrl('http://10.0.0.1/', { allowHttp: true, extraPorts: [80] }).ok).toBe(false);
    expect(judgeUrl('https://a.test:9000/', { extraPorts: [9_000] }).ok).toBe(true);
  });

  it('frees the hosts that it lists, and only those, from scheme, port and address rules', () => {
    const policy = { allowHosts: ['127.0.0.1', '::1', 'Sample-TMS'] };
    const free = [
      'http://127.0.0.1:3999/x',
      'http://127.1:80/',
      'https://[::1]:1/',
      'http://[0:0::1]/',
      'http://sample-tms:4000/',
    ];
    for (const url of free) expect(judgeUrl(url, policy).ok).toBe(true);
    const still = [
      'http://127.0.0.2/',
      'https://[::2]/',
      'https://10.0.0.1/',
      'http://u:p@127.0.0.1/',
      'http://127.0.0.1/#x',
      'ftp://127.0.0.1/',
      'http://127.0.0.1.nip.io/',
      'http://sample-tms.evil.test/',
    ];
    for (const url of still) expect(judgeUrl(url, policy).ok).toBe(false);
  });
});
