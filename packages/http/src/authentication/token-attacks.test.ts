import { createHmac, createSecretKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  audience,
  claimsAt,
  createWorld,
  encode,
  goodHeader,
  issuer,
  signRaw,
  signToken,
  type World,
} from '../../test/issuer.ts';
import { createTokenVerifier, type TokenVerifier } from './token-verifier.ts';

let world: World;
let verifier: TokenVerifier;
const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pss = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });

beforeAll(async () => {
  world = await createWorld();
  verifier = createTokenVerifier({ ...world, issuer, audience });
});

const claims = (changes: Record<string, unknown> = {}) =>
  JSON.stringify(claimsAt(world.clock.now(), changes));
const header = (changes: Record<string, unknown> = {}) => JSON.stringify({ ...goodHeader, ...changes });
const ours = () => world.pair.privateKey;
const sec = () => Math.floor(world.clock.now() / 1000);
const withHeader = (changes: Record<string, unknown>) => signRaw(header(changes), claims(), ours());
const withClaims = (changes: Record<string, unknown>) => signRaw(header(), claims(changes), ours());
const without = (name: string) => withClaims({ [name]: undefined });

function hmac(alg: string, key: Buffer | string, extra: Record<string, unknown> = {}): string {
  const head = `${encode(header({ alg, ...extra }))}.${encode(claims())}`;
  return `${head}.${createHmac(`sha${alg.slice(2)}`, key)
    .update(head)
    .digest('base64url')}`;
}

function signedAs(alg: string, hashName: string, key: KeyObject): string {
  const head = `${encode(header({ alg }))}.${encode(claims())}`;
  const signature = sign(hashName, Buffer.from(head), { key, dsaEncoding: 'ieee-p1363' });
  return `${head}.${signature.toString('base64url')}`;
}

function parts(): [string, string, string] {
  const [head = '', payload = '', signature = ''] = signToken(world).split('.');
  return [head, payload, signature];
}

function publicPem(): string {
  return world.pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
}

function otherSpelling(): string {
  const token = signToken(world);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = alphabet.indexOf(token.at(-1) ?? 'A');
  // The last character of 256 bytes carries four spare bits.
  return `${token.slice(0, -1)}${alphabet[last ^ 1]}`;
}

const attacks: [string, () => string][] = [
  ['alg none, no signature', () => `${encode(header({ alg: 'none' }))}.${encode(claims())}.`],
  ['alg None, no signature', () => `${encode(header({ alg: 'None' }))}.${encode(claims())}.`],
  [
    'alg none, with the good signature',
    () => `${encode(header({ alg: 'none' }))}.${parts()[1]}.${parts()[2]}`,
  ],
  ['no signature at all', () => `${parts()[0]}.${parts()[1]}`],
  ['an empty signature', () => `${parts()[0]}.${parts()[1]}.`],
  ['HS256 with the public key as PEM', () => hmac('HS256', publicPem())],
  [
    'HS256 with the public key as DER',
    () => hmac('HS256', world.pair.publicKey.export({ type: 'spki', format: 'der' })),
  ],
  ['HS256 with the modulus', () => hmac('HS256', String(world.pair.publicKey.export({ format: 'jwk' }).n))],
  ['HS256 with an empty key', () => hmac('HS256', '')],
  ['HS512 with the public key', () => hmac('HS512', publicPem())],
  ['RS512 with our own key', () => signedAs('RS512', 'sha512', ours())],
  ['RS384 with our own key', () => signedAs('RS384', 'sha384', ours())],
  [
    'RS256 claimed, SHA-512 signed',
    () => {
      const [head, payload] = parts();
      const signature = sign('sha512', Buffer.from(`${head}.${payload}`), ours());
      return `${head}.${payload}.${signature.toString('base64url')}`;
    },
  ],
  ['PS256', () => signedAs('PS256', 'sha256', pss.privateKey)],
  ['ES256', () => signedAs('ES256', 'sha256', ec.privateKey)],
  ['alg as a list', () => withHeader({ alg: ['RS256'] })],
  ['alg in small letters', () => withHeader({ alg: 'rs256' })],
  ['no alg', () => withHeader({ alg: undefined })],
  [
    'alg twice, none last',
    () => signRaw('{"alg":"RS256","typ":"at+jwt","kid":"key-1","alg":"none"}', claims(), ours()),
  ],
  ['a stranger’s key under our kid', () => signRaw(header(), claims(), other.privateKey)],
  [
    'jwk in the header',
    () => signRaw(header({ jwk: other.publicKey.export({ format: 'jwk' }) }), claims(), other.privateKey),
  ],
  [
    'jku in the header',
    () => signRaw(header({ jku: 'http://127.0.0.1:1/keys' }), claims(), other.privateKey),
  ],
  [
    'x5u in the header',
    () => signRaw(header({ x5u: 'http://127.0.0.1:1/cert' }), claims(), other.privateKey),
  ],
  ['x5c in the header', () => signRaw(header({ x5c: ['AAAA'] }), claims(), other.privateKey)],
  ['kid that is a path', () => withHeader({ kid: '../../../../dev/null' })],
  ['kid that is a path, HS256 with nothing', () => hmac('HS256', '', { kid: '/dev/null' })],
  ['kid that is SQL', () => withHeader({ kid: "' OR 1=1 --" })],
  ['kid of the prototype', () => withHeader({ kid: '__proto__' })],
  ['kid constructor', () => withHeader({ kid: 'constructor' })],
  ['kid that is an object', () => withHeader({ kid: { $ne: null } })],
  ['no kid', () => withHeader({ kid: undefined })],
  ['an unknown kid', () => withHeader({ kid: 'key-9' })],
  ['kid of 10,000 characters', () => withHeader({ kid: 'k'.repeat(10_000) })],
  ['crit', () => withHeader({ crit: ['exp'] })],
  ['typ JWT', () => withHeader({ typ: 'JWT' })],
  ['typ of an ID token', () => withHeader({ typ: 'id+jwt' })],
  ['no typ', () => withHeader({ typ: undefined })],
  ['another issuer', () => withClaims({ iss: 'https://identity.example.evil.test' })],
  ['the issuer with a slash', () => withClaims({ iss: `${issuer}/` })],
  ['issuers as a list', () => withClaims({ iss: [issuer] })],
  ['no iss', () => without('iss')],
  ['another audience', () => withClaims({ aud: 'other' })],
  ['audiences as a list', () => withClaims({ aud: ['connectdata', 'other'] })],
  ['no aud', () => without('aud')],
  ['expired', () => withClaims({ exp: sec() - 31 })],
  ['exp as text', () => withClaims({ exp: String(sec() + 3600) })],
  ['exp null', () => withClaims({ exp: null })],
  ['exp infinite (1e400)', () => signRaw(header(), claims().replace(/"exp":\d+/, '"exp":1e400'), ours())],
  ['exp as a fraction', () => withClaims({ exp: sec() + 60.5 })],
  ['no exp', () => without('exp')],
  ['not yet valid', () => withClaims({ nbf: sec() + 31 })],
  ['nbf as text', () => withClaims({ nbf: '0' })],
  ['issued in the future', () => withClaims({ iat: sec() + 31 })],
  ['iat as text', () => withClaims({ iat: 'now' })],
  ['no iat', () => without('iat')],
  ['sub of another client', () => withClaims({ sub: 'client-2' })],
  ['client_id as an object', () => withClaims({ client_id: { $gt: '' }, sub: { $gt: '' } })],
  ['no client_id', () => without('client_id')],
  ['no jti', () => without('jti')],
  ['jti as a number', () => withClaims({ jti: 7 })],
  ['scope as a list', () => withClaims({ scope: ['connectdata/events'] })],
  ['payload that is text', () => signRaw(header(), '"text"', ours())],
  ['payload that is a list', () => signRaw(header(), '[]', ours())],
  ['payload null', () => signRaw(header(), 'null', ours())],
  ['payload that is not JSON', () => signRaw(header(), '{', ours())],
  ['header that is a list', () => signRaw('[]', claims(), ours())],
  ['header null', () => signRaw('null', claims(), ours())],
  ['header that is not JSON', () => signRaw('{', claims(), ours())],
  ['changed payload', () => `${parts()[0]}.${encode(claims({ scope: 'connectdata/admin' }))}.${parts()[2]}`],
  ['trailing dot', () => `${signToken(world)}.`],
  ['trailing padding', () => `${signToken(world)}=`],
  ['trailing bytes', () => `${signToken(world)}AAAA`],
  ['another spelling of the signature', otherSpelling],
  ['a space inside', () => signToken(world).replace('.', ' .')],
  ['a new line inside', () => signToken(world).replace('.', '.\n')],
  ['five parts, as of an encrypted token', () => `${signToken(world)}.AAAA.AAAA`],
  ['a token of 1 MB', () => signRaw(header(), claims({ more: 'x'.repeat(1_000_000) }), ours())],
  ['a good token above 8 KiB', () => signRaw(header(), claims({ more: 'x'.repeat(8_192) }), ours())],
  ['nothing', () => ''],
  ['dots', () => '..'],
];

describe('attacks', () => {
  it('holds at least thirty', () => {
    expect(attacks.length).toBeGreaterThanOrEqual(30);
  });

  it.each(attacks)('refuses %s', async (_name, attack) => {
    await expect(verifier.verify(attack())).rejects.toMatchObject({
      code: 'unauthorized',
      headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
    });
  });

  it('takes the token that every attack was made from', async () => {
    await expect(verifier.verify(signToken(world))).resolves.toMatchObject({ kid: 'key-1' });
    await expect(verifier.verify(withHeader({ typ: 'application/at+JWT' }))).resolves.toBeDefined();
    await expect(verifier.verify(withClaims({ nbf: sec() + 29 }))).resolves.toBeDefined();
  });

  it('refuses HS256 even where the key that is found is a secret one', async () => {
    world.keys.set('secret', createSecretKey(Buffer.alloc(64)));
    await expect(verifier.verify(hmac('HS256', Buffer.alloc(64), { kid: 'secret' }))).rejects.toMatchObject({
      code: 'unauthorized',
    });
    world.keys.delete('secret');
  });
});
