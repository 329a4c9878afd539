import { randomUUID } from 'node:crypto';
import { AppError } from '@envase/runtime';
import { describe, expect, it } from 'vitest';
import { clientId, createWorld, signToken } from '../../test/issuer.ts';
import { HeaderedError } from '../error-answer.ts';

async function refusalOf(
  answer: Promise<unknown>,
): Promise<{ code: string; challenge?: string | undefined }> {
  try {
    await answer;
  } catch (error) {
    if (error instanceof HeaderedError) {
      return { code: error.code, challenge: error.headers['WWW-Authenticate'] };
    }
    if (error instanceof AppError) return { code: error.code };
    throw error;
  }
  return { code: 'accepted' };
}
const invalid = { code: 'unauthorized', challenge: 'Bearer error="invalid_token"' };

describe('a good token', () => {
  it('is taken with and without the word Bearer, in any case', async () => {
    const world = await createWorld();
    const token = signToken(world);
    for (const header of [`Bearer ${token}`, `bearer  ${token}`, token]) {
      expect(await world.authenticate(header)).toEqual({
        clientId,
        grants: [{ orgId: 'org-1', svcId: '*' }],
        scopes: ['connectdata/events'],
        tokenId: expect.any(String),
      });
    }
  });

  it('opens only what both the token and the client hold', async () => {
    const world = await createWorld();
    world.stored.put({ scopes: ['connectdata/events', 'connectdata/admin'] });
    await world.directory.refresh();
    const narrow = await world.authenticate(signToken(world));
    expect(narrow.scopes).toEqual(['connectdata/events']);
    const both = signToken(world, { claims: { scope: 'connectdata/admin connectdata/events' } });
    expect((await world.authenticate(both)).scopes).toHaveLength(2);
    world.stored.put({ scopes: ['connectdata/events'] });
    await world.directory.refresh();
    expect((await world.authenticate(both)).scopes).toEqual(['connectdata/events']);
  });

  it('is good 30 s before its time and 30 s after, not longer', async () => {
    const world = await createWorld();
    const later = signToken(world, { claims: { nbf: world.clock.now() / 1000 + 30 } });
    expect(await world.authenticate(later)).toMatchObject({ clientId });
    const token = signToken(world);
    const cached = signToken(world);
    await world.authenticate(cached);
    world.clock.advance(3_629_000);
    await world.directory.refresh();
    expect(await world.authenticate(token)).toMatchObject({ clientId });
    expect(await world.authenticate(cached)).toMatchObject({ clientId });
    world.clock.advance(1_000);
    expect(await refusalOf(world.authenticate(token))).toEqual(invalid);
    expect(await refusalOf(world.authenticate(cached))).toEqual(invalid);
  });
});

describe('without a token', () => {
  it.each([undefined, 'Basic dXNlcjpwYXNz', 'Bearer a b'])(
    '%s is answered with a bare challenge',
    async (header) => {
      const world = await createWorld();
      expect(await refusalOf(world.authenticate(header))).toEqual({
        code: 'unauthorized',
        challenge: 'Bearer',
      });
    },
  );
});

describe('what is looked up each time', () => {
  it('refuses a cached token as soon as its revocation is known, and no other', async () => {
    const world = await createWorld();
    const [jti, other] = [randomUUID(), signToken(world)];
    const token = signToken(world, { claims: { jti } });
    await world.authenticate(token);
    await world.authenticate(other);
    world.stored.revoke(jti);
    await world.directory.refresh();
    expect(await refusalOf(world.authenticate(token))).toEqual(invalid);
    expect(await world.authenticate(other)).toMatchObject({ clientId });
  });

  it('refuses tokens of disabled and deleted clients, and those older than revokedBefore', async () => {
    const world = await createWorld();
    const token = signToken(world);
    await world.authenticate(token);
    for (const status of ['disabled', 'deleted'] as const) {
      world.stored.put({ status });
      await world.directory.refresh();
      expect(await refusalOf(world.authenticate(token))).toEqual(invalid);
    }
    world.stored.put({ status: 'active', revokedBefore: new Date(world.clock.now() + 1) });
    await world.directory.refresh();
    expect(await refusalOf(world.authenticate(token))).toEqual(invalid);
    world.clock.advance(1_000);
    expect(await world.authenticate(signToken(world))).toMatchObject({ clientId });
  });

  it('shows changed grants to a cached token', async () => {
    const world = await createWorld();
    const token = signToken(world);
    await world.authenticate(token);
    world.stored.put({ grants: [] });
    await world.directory.refresh();
    expect((await world.authenticate(token)).grants).toEqual([]);
  });

  it('takes the first token of a client that is younger than the copy', async () => {
    const world = await createWorld();
    world.stored.put({ _id: 'new-client' });
    const token = signToken(world, { claims: { sub: 'new-client', client_id: 'new-client' } });
    expect(await world.authenticate(token)).toMatchObject({ clientId: 'new-client' });
    const unknown = signToken(world, { claims: { sub: 'nobody', client_id: 'nobody' } });
    expect(await refusalOf(world.authenticate(unknown))).toEqual(invalid);
  });

  it('answers unavailable when the copy is older than 5 s, and recovers with the next load', async () => {
    const world = await createWorld();
    const token = signToken(world);
    world.clock.advance(5_000);
    expect(await world.authenticate(token)).toMatchObject({ clientId });
    world.clock.advance(1);
    expect(await refusalOf(world.authenticate(token))).toEqual({ code: 'unavailable' });
    await world.directory.refresh();
    expect(await world.authenticate(token)).toMatchObject({ clientId });
  });
});

describe('the cache', () => {
  it('never shares an entry between tokens that differ in one character', async () => {
    const world = await createWorld();
    const token = signToken(world);
    await world.authenticate(token);
    for (let at = 0; at < token.length; at += 7) {
      const changed = `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
      expect(await refusalOf(world.authenticate(changed))).toEqual(invalid);
    }
  });

  it('forgets a token whose key was withdrawn', async () => {
    const world = await createWorld();
    const token = signToken(world);
    await world.authenticate(token);
    world.keys.set('key-2', world.pair.publicKey);
    world.keys.delete('key-1');
    expect(await refusalOf(world.authenticate(token))).toEqual(invalid);
  });
});
