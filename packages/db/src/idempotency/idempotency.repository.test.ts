import { newUuid } from '@envase/runtime';
import { describe, expect, it } from 'vitest';
import { at } from '../../test/documents.ts';
import { useDatabase } from '../../test/open-database.ts';
import type { IdempotencyClaim } from './idempotency-documents.ts';

const db = useDatabase();
const keys = () => db().repositories.idempotency;

function claim(changes: Partial<IdempotencyClaim> = {}): IdempotencyClaim {
  return {
    id: `h${newUuid()}`,
    bodyHash: 'body-1',
    owner: newUuid(),
    now: at(0),
    leaseUntil: at(60_000),
    expiresAt: at(7 * 86_400_000),
    ...changes,
  };
}

const again = (first: IdempotencyClaim, changes: Partial<IdempotencyClaim> = {}) =>
  claim({ id: first.id, ...changes });

describe('a key', () => {
  it('runs its first request, then gives the answer to the same body and refuses another', async () => {
    const first = claim();
    expect(await keys().begin(first)).toEqual({ outcome: 'begun' });
    expect(await keys().begin(again(first))).toEqual({ outcome: 'running' });
    expect(await keys().begin(again(first, { bodyHash: 'body-2' }))).toEqual({ outcome: 'mismatch' });
    expect(await keys().finish(first.id, first.owner, 'sealed')).toBe(true);
    expect(await keys().begin(again(first, { now: at(600_000) }))).toEqual({
      outcome: 'done',
      answer: 'sealed',
    });
    expect(await keys().begin(again(first, { bodyHash: 'body-2' }))).toEqual({ outcome: 'mismatch' });
  });

  it('lets one of 200 at once run', async () => {
    const { id } = claim();
    const begun = await Promise.all(Array.from({ length: 200 }, () => keys().begin(claim({ id }))));
    const outcomes = begun.map(({ outcome }) => outcome).sort();
    expect(outcomes).toEqual(['begun', ...Array.from({ length: 199 }, () => 'running')]);
  });

  it('takes the same request twice for one: the driver sends a write again', async () => {
    const first = claim();
    await keys().begin(first);
    expect(await keys().begin(first)).toEqual({ outcome: 'begun' });
  });

  it('is free once it was released, and not by anybody else or after the answer', async () => {
    const first = claim();
    await keys().begin(first);
    await keys().release(first.id, newUuid());
    expect(await keys().begin(again(first))).toEqual({ outcome: 'running' });
    await keys().release(first.id, first.owner);
    const second = again(first, { bodyHash: 'body-2' });
    expect(await keys().begin(second)).toEqual({ outcome: 'begun' });
    await keys().finish(second.id, second.owner, 'sealed');
    await keys().release(second.id, second.owner);
    expect(await keys().begin(again(first, { bodyHash: 'body-2' }))).toMatchObject({ outcome: 'done' });
  });

  it('is free when its seven days are over, though the server still has it', async () => {
    const first = claim();
    await keys().begin(first);
    await keys().finish(first.id, first.owner, 'sealed');
    const later = (now: Date) =>
      again(first, { bodyHash: 'body-2', now, leaseUntil: new Date(+now + 60_000) });
    expect(await keys().begin(later(at(7 * 86_400_000 - 1)))).toEqual({ outcome: 'mismatch' });
    expect(await keys().begin(later(at(7 * 86_400_000)))).toEqual({ outcome: 'begun' });
  });
});

describe('a lease', () => {
  it('that is over lets one of 50 take the key, with whatever body; the first can no longer answer', async () => {
    const first = claim();
    await keys().begin(first);
    const takers = Array.from({ length: 50 }, (_, n) =>
      again(first, { bodyHash: `body-${n}`, now: at(60_000), leaseUntil: at(120_000) }),
    );
    const taken = await Promise.all(takers.map((taker) => keys().begin(taker)));
    expect(taken.filter(({ outcome }) => outcome === 'begun')).toHaveLength(1);
    expect(await keys().finish(first.id, first.owner, 'late')).toBe(false);
    expect(await keys().renew(first.id, first.owner, at(999_999))).toBe(false);
    const winner = takers.find((_, n) => taken[n]?.outcome === 'begun');
    expect(await keys().finish(first.id, winner?.owner ?? '', 'sealed')).toBe(true);
  });

  it('holds as long as it is renewed', async () => {
    const first = claim();
    await keys().begin(first);
    expect(await keys().renew(first.id, first.owner, at(90_000))).toBe(true);
    const late = again(first, { now: at(60_001), leaseUntil: at(120_001) });
    expect(await keys().begin(late)).toEqual({ outcome: 'running' });
  });

  it('is nothing to an answer: it stays when the lease is over', async () => {
    const first = claim();
    await keys().begin(first);
    await keys().finish(first.id, first.owner, 'sealed');
    expect(await keys().renew(first.id, first.owner, at(90_000))).toBe(false);
    expect(await keys().begin(again(first, { now: at(61_000) }))).toMatchObject({ outcome: 'done' });
  });
});
