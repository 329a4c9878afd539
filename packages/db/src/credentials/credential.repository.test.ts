import { randomBytes } from 'node:crypto';
import { createKeyRing, newUuid } from '@envase/runtime';
import { describe, expect, it } from 'vitest';
import { at, tenant } from '../../test/documents.ts';
import { useDatabase } from '../../test/open-database.ts';
import { createCredentialRepository } from './credential.repository.ts';
import type { NewCredential } from './credential-documents.ts';

const db = useDatabase();
const newRing = () => createKeyRing({ keys: { k1: randomBytes(32).toString('base64') }, current: 'k1' });
const ring = newRing();
const credentials = (by = ring) => createCredentialRepository(db().connection, by);
const owner = tenant(['org-1', 'svc-1']);
let providers = 0;

function newProvider(): string {
  providers += 1;
  return `provider_${providers}`;
}

function login(providerId: string, changes: Partial<NewCredential> = {}): NewCredential {
  return {
    orgId: 'org-1',
    providerId,
    fields: { user: 'dispatch', password: 'canary-secret', '$where.a': '__proto__' },
    status: 'unchecked',
    checkedAt: null,
    now: at(0),
    ...changes,
  };
}

describe('a login', () => {
  it('is put, told of without its values, opened for work, and removed', async () => {
    const providerId = newProvider();
    const { created, credential } = await credentials().put(owner, login(providerId));
    expect(created).toBe(true);
    expect(credential).toEqual({
      _id: `org-1~${providerId}`,
      orgId: 'org-1',
      providerId,
      fields: ['$where.a', 'password', 'user'],
      status: 'unchecked',
      checkedAt: null,
      version: expect.any(String),
      createdAt: at(0),
      updatedAt: at(0),
    });
    expect(await credentials().get(owner, 'org-1', providerId)).toEqual(credential);
    const { version } = credential;
    const { fields } = login(providerId);
    const opened = { fields, status: 'unchecked', checkedAt: null, version };
    expect(await credentials().open('org-1', providerId)).toEqual(opened);
    expect(await credentials().remove(owner, 'org-1', providerId)).toBe(true);
    expect(await credentials().remove(owner, 'org-1', providerId)).toBe(false);
    expect(await credentials().get(owner, 'org-1', providerId)).toBeNull();
    expect(await credentials().open('org-1', providerId)).toBeNull();
  });

  it('is replaced whole by the next, and keeps its beginning', async () => {
    const providerId = newProvider();
    const first = await credentials().put(owner, login(providerId));
    const next = login(providerId, {
      fields: { token: 't' },
      status: 'accepted',
      checkedAt: at(9),
      now: at(9),
    });
    const { created, credential } = await credentials().put(owner, next);
    expect(created).toBe(false);
    expect(credential).toMatchObject({ fields: ['token'], status: 'accepted', checkedAt: at(9) });
    expect([credential.createdAt, credential.updatedAt]).toEqual([at(0), at(9)]);
    expect(credential.version).not.toBe(first.credential.version);
    expect(await credentials().get(owner, 'org-1', providerId)).toEqual(credential);
    expect((await credentials().open('org-1', providerId))?.fields).toEqual({ token: 't' });
  });

  it('is created once by 20 at once, and whole', async () => {
    const providerId = newProvider();
    const puts = Array.from({ length: 20 }, (_, n) =>
      credentials().put(owner, login(providerId, { fields: { [`name-${n}`]: `value-${n}` } })),
    );
    expect((await Promise.all(puts)).filter(({ created }) => created)).toHaveLength(1);
    const [meta, opened] = [
      await credentials().get(owner, 'org-1', providerId),
      await credentials().open('org-1', providerId),
    ];
    expect(Object.keys(opened?.fields ?? {})).toEqual(meta?.fields);
    expect(opened?.version).toBe(meta?.version);
  });

  it('stands in the database sealed, for its owner only', async () => {
    const [mine, other] = [newProvider(), newProvider()];
    await credentials().put(owner, login(mine));
    await credentials().put(owner, login(other));
    const stored = db().connection.collection<{ _id: string; sealed: string }>('credentials');
    expect(JSON.stringify(await stored.find({}).toArray())).not.toMatch(/canary|dispatch/);
    const row = await stored.findOne({ _id: `org-1~${mine}` });
    await stored.updateOne({ _id: `org-1~${other}` }, { $set: { sealed: row?.sealed ?? '' } });
    await expect(credentials().open('org-1', other)).rejects.toMatchObject({ code: 'internal' });
    await expect(credentials(newRing()).open('org-1', mine)).rejects.toMatchObject({ code: 'internal' });
  });
});

describe('a check', () => {
  it('is noted at the login that was checked, and at no later one', async () => {
    const providerId = newProvider();
    await credentials().put(owner, login(providerId));
    const version = (await credentials().open('org-1', providerId))?.version ?? '';
    const refused = { version, status: 'refused', checkedAt: at(5) } as const;
    expect(await credentials().recordCheck('org-1', providerId, refused)).toBe(true);
    expect(await credentials().get(owner, 'org-1', providerId)).toMatchObject({
      status: 'refused',
      checkedAt: at(5),
    });
    await credentials().put(owner, login(providerId, { status: 'accepted', checkedAt: at(6) }));
    expect(await credentials().recordCheck('org-1', providerId, refused)).toBe(false);
    expect(await credentials().get(owner, 'org-1', providerId)).toMatchObject({ status: 'accepted' });
  });
});

describe('a tenant', () => {
  it('with any service of the organization manages its logins; another sees and changes nothing', async () => {
    const providerId = newProvider();
    const anyService = tenant(['org-1', 'svc-9']);
    const foreign = tenant(['org-2', '*']);
    await credentials().put(anyService, login(providerId));
    await expect(credentials().put(foreign, login(providerId))).rejects.toMatchObject({ code: 'forbidden' });
    expect(await credentials().get(foreign, 'org-1', providerId)).toBeNull();
    expect(await credentials().remove(foreign, 'org-1', providerId)).toBe(false);
    expect(await credentials().get(owner, 'org-1', providerId)).not.toBeNull();
  });
});

it.each([
  ['an operator', { $ne: null }],
  ['nothing', undefined],
  ['an empty text', ''],
  ['a list', ['org-1']],
])('throws on %s in place of a text', async (_, value) => {
  const bad = value as string; // in spite of the types
  const check = { version: newUuid(), status: 'accepted', checkedAt: at(0) } as const;
  for (const work of [
    () => credentials().get(owner, bad, 'apm'),
    () => credentials().get(owner, 'org-1', bad),
    () => credentials().remove(owner, bad, 'apm'),
    () => credentials().open(bad, 'apm'),
    () => credentials().open('org-1', bad),
    () => credentials().put(owner, login(bad)),
    () => credentials().put(owner, login('apm', { orgId: bad })),
    () => credentials().put(owner, login('apm', { fields: { user: bad } })),
    () => credentials().put(owner, login('apm', { status: bad as 'accepted' })),
    () => credentials().recordCheck('org-1', 'apm', { ...check, version: bad }),
    () => credentials().recordCheck('org-1', 'apm~x', check),
  ]) {
    await expect(work()).rejects.toThrow(TypeError);
  }
});
