import { signatureHeaders, signDelivery } from '@envase/contracts';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { verifyDelivery } from './verify-delivery.ts';

const body = '{"id":"e1","name":"Łódź"}';
const now = Date.UTC(2026, 10, 24);
const [oldKey, newKey] = ['old key', 'new key with ü'];
const signed = (keys: string[], at = now) => signDelivery({ eventId: 'e1', body, at, keys });
const only = (headers: Record<string, string>, ...names: string[]) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => names.includes(name)));
const envaseOf = (headers: Record<string, string>) =>
  only(headers, signatureHeaders.envase, signatureHeaders.envasePrevious);
const standardOf = (headers: Record<string, string>) =>
  only(headers, signatureHeaders.id, signatureHeaders.timestamp, signatureHeaders.standard);

/** As any library signs that knows nothing of ours: its key is base64. */
function signElsewhere(key: string, at = now): Record<string, string> {
  const webhook = new Webhook(Buffer.from(key).toString('base64'));
  return {
    'webhook-id': 'e1',
    'webhook-timestamp': String(Math.floor(at / 1000)),
    'webhook-signature': webhook.sign('e1', new Date(at), body),
  };
}

describe.each([
  ['Envase headers', envaseOf],
  ['Standard Webhooks', standardOf],
])('%s', (_name, pick) => {
  const isOk = (headers: Record<string, string>, keys: string | string[], at = now) =>
    verifyDelivery({ headers: pick(headers), body, keys, now: at }).ok;

  it('hold for the key they were made with, at any step of a rotation', () => {
    // Before, amid and after it, at the platform; before, amid and after it, at the receiver.
    const sent = [[oldKey], [newKey, oldKey], [newKey]];
    const known = [[oldKey], [oldKey, newKey], [newKey]];
    const table = sent.map((keys) => known.map((kept) => isOk(signed(keys), kept)));
    expect(table).toEqual([
      [true, true, false],
      [true, true, true],
      [false, true, true],
    ]);
  });

  it('hold for five minutes, on either side', () => {
    for (const [age, ok] of [
      [0, true],
      [299_000, true],
      [-299_000, true],
      [301_000, false],
      [-301_000, false],
    ] as const) {
      expect([age, isOk(signed([oldKey]), oldKey, now + age)]).toEqual([age, ok]);
    }
  });

  it('hold for no other bytes and no empty key', () => {
    const headers = pick(signed([oldKey]));
    expect(verifyDelivery({ headers, body: `${body} `, keys: oldKey, now }).ok).toBe(false);
    expect(verifyDelivery({ headers, body: Buffer.from(body), keys: oldKey, now }).ok).toBe(true);
    expect(isOk(signed([oldKey]), [])).toBe(false);
    expect(isOk(signed([oldKey]), '')).toBe(false);
  });
});

describe('verifyDelivery', () => {
  it('takes what the standardwebhooks package signed', () => {
    expect(verifyDelivery({ headers: signElsewhere(newKey), body, keys: [oldKey, newKey], now }).ok).toBe(
      true,
    );
    expect(verifyDelivery({ headers: signElsewhere(newKey), body, keys: oldKey, now }).ok).toBe(false);
  });

  it('takes the headers of fetch', () => {
    expect(verifyDelivery({ headers: new Headers(signed([oldKey])), body, keys: oldKey, now }).ok).toBe(true);
  });

  it.each(['v1,', 'v1,AAAA', 'v2,AAAA', 'v1a,AAAA', '', ' ', 'v1'])(
    'refuses the signature %j',
    (signature) => {
      const headers = { ...signElsewhere(oldKey), 'webhook-signature': signature };
      expect(verifyDelivery({ headers, body, keys: oldKey, now }).ok).toBe(false);
    },
  );

  it.each(['', 'now', '1e9', '-1', '99999999999999'])('refuses the timestamp %j', (timestamp) => {
    const headers = { ...signElsewhere(oldKey), 'webhook-timestamp': timestamp };
    expect(verifyDelivery({ headers, body, keys: oldKey, now }).ok).toBe(false);
  });

  it('finds the one that fits among others of all kinds', () => {
    const good = signElsewhere(oldKey)['webhook-signature'];
    const headers = { ...signElsewhere(oldKey), 'webhook-signature': `v1a,xx v1,AAAA ${good}` };
    expect(verifyDelivery({ headers, body, keys: oldKey, now }).ok).toBe(true);
  });

  it('says why not', () => {
    expect(verifyDelivery({ headers: {}, body, keys: oldKey, now })).toEqual({
      ok: false,
      reason: 'the delivery is not signed',
    });
    expect(verifyDelivery({ headers: signed([newKey]), body, keys: oldKey, now })).toEqual({
      ok: false,
      reason: 'no signature fits these bytes, one of the keys and the time',
    });
  });
});
