import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { signatureHeaders, signDelivery, verifySignature } from './signature.ts';

// The check value of the evidence file, section 5.
const key = 'example-signing-key';
const body = '{"type":"CONTAINER","action":"TRACE_RESULT"}';
const at = 1660929593448;
const v1 = 'a06e7eed091f5ed01d18562ffac5237cf7b8e9e911baa29d65fe49bb567af429';

const eventId = '0192f0c1-2d3e-7a4b-8c5d-6e7f80910111';
const sign = (keys: readonly string[], changes: Partial<Parameters<typeof signDelivery>[0]> = {}) =>
  signDelivery({ eventId, body, at, keys, ...changes });

/** As a library of the standard takes our keys: `whsec_` and the base64 of their UTF-8 bytes. */
const standard = (secret: string) => new Webhook(`whsec_${Buffer.from(secret).toString('base64')}`);

describe('signDelivery', () => {
  it('signs as documented', () => {
    expect(sign([key])['x-envase-connect-signature-256']).toBe(`t=${at},v1=${v1}`);
  });

  it('signs bytes like the text that they are', () => {
    expect(sign([key], { body: Buffer.from(body) })).toEqual(sign([key]));
  });

  it('names the event and the seconds', () => {
    expect(sign([key])).toMatchObject({ 'webhook-id': eventId, 'webhook-timestamp': '1660929593' });
  });

  it.each([[[]], [['']], [['', '']]])('signs nothing without a key: %j', (keys) => {
    expect(sign(keys)).toEqual({ 'webhook-id': eventId, 'webhook-timestamp': '1660929593' });
  });

  it('signs with both keys during a rotation, each header with its own', () => {
    const headers = sign(['new', 'old']);
    expect(headers[signatureHeaders.envase]).toBe(sign(['new'])[signatureHeaders.envase]);
    expect(headers[signatureHeaders.envasePrevious]).toBe(sign(['old'])[signatureHeaders.envase]);
    expect(headers[signatureHeaders.standard]).toBe(
      `${sign(['new'])[signatureHeaders.standard]} ${sign(['old'])[signatureHeaders.standard]}`,
    );
  });

  it('signs with two keys at most', () => {
    expect(sign(['new', 'old', 'oldest'])).toEqual(sign(['new', 'old']));
  });

  it('says nothing of a previous key where there is none', () => {
    expect(Object.keys(sign([key]))).not.toContain(signatureHeaders.envasePrevious);
  });

  it('satisfies a library of Standard Webhooks, with either key of a rotation', () => {
    const keys = fc.tuple(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }));
    fc.assert(
      fc.property(keys, fc.jsonValue(), ([current, previous], event) => {
        const text = JSON.stringify(event);
        const headers = sign([current, previous], { body: text, at: Date.now() });
        for (const secret of [current, previous]) {
          expect(standard(secret).verify(text, headers)).toEqual(JSON.parse(text));
        }
      }),
    );
  });

  it('does not satisfy that library with another key, body or id', () => {
    const headers = sign([key], { at: Date.now() });
    expect(() => standard('another').verify(body, headers)).toThrow();
    expect(() => standard(key).verify(`${body} `, headers)).toThrow();
    expect(() => standard(key).verify(body, { ...headers, 'webhook-id': 'another' })).toThrow();
  });
});

describe('verifySignature', () => {
  const header = `t=${at},v1=${v1}`;
  const verify = (changes: Partial<Parameters<typeof verifySignature>[0]> = {}) =>
    verifySignature({ header, body, key, now: at, ...changes });

  it('accepts the documented example, as text and as bytes', () => {
    expect(verify()).toBe(true);
    expect(verify({ body: Buffer.from(body) })).toBe(true);
    expect(verify({ header: ` ${header} ` })).toBe(true);
  });

  it('accepts what signDelivery signs, with each key in its own header', () => {
    const secrets = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(secrets, fc.string(), ([current = '', previous = ''], text) => {
        const headers = sign([current, previous], { body: text });
        const envase = headers[signatureHeaders.envase] ?? '';
        const envasePrevious = headers[signatureHeaders.envasePrevious] ?? '';
        expect(verify({ header: envase, body: text, key: current })).toBe(true);
        expect(verify({ header: envasePrevious, body: text, key: previous })).toBe(true);
      }),
    );
  });

  it.each([
    ['another body', { body: body.replace('RESULT', 'ERROR') }],
    ['a body re-formatted', { body: body.replace(',', ', ') }],
    ['another key', { key: 'example-signing-keY' }],
    ['an empty key', { key: '' }],
    ['another time', { header: `t=${at + 1},v1=${v1}` }],
    ['another digit', { header: `t=${at},v1=${v1.replace('a06', 'b06')}` }],
    ['upper-case hex', { header: `t=${at},v1=${v1.toUpperCase()}` }],
    ['a digit less', { header: `t=${at},v1=${v1.slice(1)}` }],
    ['a digit more', { header: `t=${at},v1=${v1}0` }],
    ['the other order', { header: `v1=${v1},t=${at}` }],
    ['no time', { header: `v1=${v1}` }],
    ['no signature', { header: `t=${at}` }],
    ['two signatures', { header: `${header},v1=${v1}` }],
    ['a time that is none', { header: `t=1e12,v1=${v1}` }],
    ['nothing', { header: '' }],
  ])('refuses %s', (_name, changes) => {
    expect(verify(changes)).toBe(false);
  });

  it('refuses what anybody could sign with an empty key', () => {
    // HMAC fills a key up with zeros, so a zero signs what an empty key would.
    const keyless = sign(['\0'])[signatureHeaders.envase] ?? '';
    expect(verify({ header: keyless, key: '\0' })).toBe(true);
    expect(verify({ header: keyless, key: '' })).toBe(false);
  });

  it('holds for five minutes around now, or as long as told', () => {
    expect(verify({ now: at + 300_000 })).toBe(true);
    expect(verify({ now: at + 300_001 })).toBe(false);
    expect(verify({ now: at - 300_000 })).toBe(true);
    expect(verify({ now: at - 300_001 })).toBe(false);
    expect(verify({ now: at + 1_001, toleranceMs: 1_000 })).toBe(false);
    expect(verify({ now: at + 9_999_999, toleranceMs: Number.POSITIVE_INFINITY })).toBe(true);
  });

  it('goes by its own clock unless told', () => {
    expect(verifySignature({ header, body, key })).toBe(false);
    const fresh = sign([key], { at: Date.now() })[signatureHeaders.envase] ?? '';
    expect(verifySignature({ header: fresh, body, key })).toBe(true);
  });

  it('reads a time in seconds as seconds', () => {
    const seconds = Math.floor(at / 1000);
    const signed = sign([key], { at: seconds })[signatureHeaders.envase] ?? '';
    expect(verify({ header: signed })).toBe(true);
    expect(verify({ header: signed, now: at + 302_000 })).toBe(false);
  });
});
