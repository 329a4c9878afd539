import { randomBytes } from 'node:crypto';
import { createKeyRing, newUuid } from '@envase/runtime';
import { describe, expect, it } from 'vitest';
import { at, tenant, webhook } from '../../test/documents.ts';
import { useDatabase } from '../../test/open-database.ts';
import { createCredentialRepository } from '../credentials/credential.repository.ts';
import { resealSecrets } from './reseal-secrets.ts';
import { createSealedStores } from './sealed-stores.ts';

const db = useDatabase();
const newKey = () => randomBytes(32).toString('base64');
const keys = { old: newKey(), now: newKey() };
const oldRing = createKeyRing({ keys: { old: keys.old }, current: 'old' });
const ring = createKeyRing({ keys, current: 'now' });
const newRing = createKeyRing({ keys: { now: keys.now }, current: 'now' });
const stores = () => createSealedStores(db().connection);
const run = (by = stores()) => resealSecrets({ stores: by, ring, pageSize: 3 });

async function addHook(by = oldRing): Promise<string> {
  const id = newUuid();
  const hook = webhook({
    _id: id,
    keys: [
      { sealed: by.seal('the new key', id), until: null },
      { sealed: by.seal('the old key', id), until: at(9) },
    ],
    headers: [{ name: 'X-Auth', sealed: by.seal('theirs', id) }],
  });
  await db().repositories.webhooks.insertOrFind(hook);
  return id;
}

async function openHook(id: string, by = newRing) {
  const hook = await db().repositories.webhooks.get(id);
  const open = ({ sealed }: { sealed: string }) => by.open(sealed, id);
  return { keys: hook?.keys.map(open), headers: hook?.headers.map(open), until: hook?.keys[1]?.until };
}

const whole = { keys: ['the new key', 'the old key'], headers: ['theirs'], until: at(9) };

describe('rotating the key ring', () => {
  it('seals hooks, logins, signing keys and kept answers with the newest key, and changes nothing else', async () => {
    const ids = [];
    for (let count = 0; count < 7; count += 1) ids.push(await addHook());
    const login = { orgId: 'org-1', providerId: 'apm', status: 'unchecked', checkedAt: null } as const;
    await createCredentialRepository(db().connection, oldRing).put(tenant(['org-1', '*']), {
      ...login,
      fields: { user: 'dispatch' },
      now: at(0),
    });
    const kid = newUuid();
    const signingKey = { _id: 'k1', kid, publicKey: { n: 'n', e: 'e' }, createdAt: at(0), activeFrom: null };
    await db().repositories.signingKeys.insert({ ...signingKey, sealedPrivateKey: oldRing.seal('pem', kid) });
    const answers = db().connection.collection<{ _id: string; answer?: string }>('idempotency');
    await answers.insertMany([{ _id: 'a', answer: oldRing.seal('201', 'a') }, { _id: 'running' }]);
    const before = await db().repositories.webhooks.get(ids[0] ?? '');

    expect(await run()).toEqual({
      stores: [
        { name: 'web-hooks', seen: 7, resealed: 7 },
        { name: 'logins', seen: 1, resealed: 1 },
        { name: 'signing keys', seen: 1, resealed: 1 },
        { name: 'kept answers', seen: 2, resealed: 1 },
      ],
      unreadable: [],
    });
    for (const id of ids) expect(await openHook(id)).toEqual(whole);
    const opened = await createCredentialRepository(db().connection, newRing).open('org-1', 'apm');
    expect(opened?.fields).toEqual({ user: 'dispatch' });
    const [stored] = await db().repositories.signingKeys.list();
    expect(newRing.open(stored?.sealedPrivateKey ?? '', kid)).toBe('pem');
    expect(newRing.open((await answers.findOne({ _id: 'a' }))?.answer ?? '', 'a')).toBe('201');
    const hidden = { keys: [], headers: [] };
    const after = await db().repositories.webhooks.get(ids[0] ?? '');
    expect({ ...after, ...hidden }).toEqual({ ...before, ...hidden });
    expect((await run()).stores.map(({ resealed }) => resealed)).toEqual([0, 0, 0, 0]);
  });

  it('goes on where it was stopped, and tells how far it has come', async () => {
    const ids = [await addHook(), await addHook(), await addHook(), await addHook()];
    const [hooks] = stores();
    if (!hooks) throw new Error('Hooks come first');
    let swaps = 0;
    const stopping = {
      ...hooks,
      swap: (...by: Parameters<typeof hooks.swap>) => {
        swaps += 1;
        return swaps > 2 ? Promise.reject(new Error('stopped')) : hooks.swap(...by);
      },
    };
    await expect(run([stopping])).rejects.toThrow('stopped');
    const lines: string[] = [];
    const { stores: done } = await resealSecrets({
      stores: [hooks],
      ring,
      report: (line) => lines.push(line),
    });
    expect(done[0]?.resealed).toBe(2);
    expect(lines[0]).toMatch(/^web-hooks: \d+ seen, 2 sealed anew$/);
    for (const id of ids) expect(await openHook(id)).toEqual(whole);
  });

  it('leaves what changed meanwhile to a later pass', async () => {
    const id = await addHook();
    const { webhooks } = db().repositories;
    const [hooks] = stores();
    if (!hooks) throw new Error('Hooks come first');
    let isFirst = true;
    const racing = {
      ...hooks,
      swap: async (...by: Parameters<typeof hooks.swap>) => {
        if (isFirst) {
          isFirst = false;
          const replaced = [{ sealed: oldRing.seal('a third key', id), until: null }];
          await webhooks.update(tenant(['org-1', 'svc-1']), id, { keys: replaced });
        }
        return hooks.swap(...by);
      },
    };
    await run([racing]);
    expect(await openHook(id)).toMatchObject({ keys: ['a third key'], headers: ['theirs'] });
  });

  it('names what no key of the ring opens, and leaves it', async () => {
    const lost = createKeyRing({ keys: { gone: newKey() }, current: 'gone' });
    const id = await addHook(lost);
    expect((await run()).unreadable).toEqual([`web-hooks ${id}`]);
    expect(await openHook(id, lost)).toEqual(whole);
  });
});
