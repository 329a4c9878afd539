import { expect, it } from 'vitest';
import { at } from '../../test/documents.ts';
import { useDatabase } from '../../test/open-database.ts';
import type { SigningKeyDoc } from '../documents.ts';

const db = useDatabase();
const keys = () => db().repositories.signingKeys;

function signingKey(slot: string): SigningKeyDoc {
  return {
    _id: slot,
    kid: `kid of ${slot}`,
    publicKey: { n: 'n', e: 'AQAB' },
    sealedPrivateKey: 'sealed-1',
    createdAt: at(0),
    activeFrom: null,
  };
}

const find = async (slot: string) => (await keys().list()).find(({ _id }) => _id === slot);

it('gives a slot to one of ten processes', async () => {
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, n) => keys().insert({ ...signingKey('k1'), kid: `${n}` })),
  );
  expect(answers.filter(Boolean)).toHaveLength(1);
  expect((await find('k1'))?.kid).toBe(`${answers.indexOf(true)}`);
});

it('activates a key once', async () => {
  await keys().insert(signingKey('k2'));
  expect(await keys().activate('k2', at(5))).toBe(true);
  expect(await keys().activate('k2', at(9))).toBe(false);
  expect(await keys().activate('k-unknown', at(9))).toBe(false);
  expect(await find('k2')).toEqual({ ...signingKey('k2'), activeFrom: at(5) });
});

it('reseals a key only as it was read', async () => {
  await keys().insert(signingKey('k3'));
  expect(await keys().reseal('k3', 'sealed-1', 'sealed-2')).toBe(true);
  expect(await keys().reseal('k3', 'sealed-1', 'sealed-3')).toBe(false);
  expect((await find('k3'))?.sealedPrivateKey).toBe('sealed-2');
});

it('removes a key, twice without harm', async () => {
  await keys().insert(signingKey('k4'));
  await keys().remove('k4');
  await keys().remove('k4');
  expect(await find('k4')).toBeUndefined();
});
