import { newUuid } from '@envase/runtime';
import { expect, it } from 'vitest';
import { at } from '../../test/documents.ts';
import { useDatabase } from '../../test/open-database.ts';

const db = useDatabase();
const revocations = () => db().repositories.revocations;

// Far ahead: the server deletes what has expired.
const expiresAt = new Date(Date.now() + 3_600_000);

function revocation(ms: number) {
  return { _id: newUuid(), clientId: 'client-1', revokedAt: at(ms), expiresAt };
}

it('keeps the first revocation of a token', async () => {
  const first = revocation(0);
  expect(await revocations().has(first._id)).toBe(false);
  await revocations().add(first);
  await revocations().add({ ...first, revokedAt: at(9) });
  expect(await revocations().has(first._id)).toBe(true);
  expect(await revocations().findRevokedSince(at(0))).toContainEqual(first);
});

it('finds what was revoked since a time, or all', async () => {
  const rows = [1_000_000, 1_000_001].map(revocation);
  for (const row of rows) await revocations().add(row);
  expect(await revocations().findRevokedSince(at(1_000_001))).toEqual([rows[1]]);
  expect(await revocations().findRevokedSince(null)).toEqual(expect.arrayContaining(rows));
});

it('reloads what a clock behind or a late write may have hidden', async () => {
  const row = revocation(2_000_000);
  await revocations().add(row);
  expect(await revocations().loadRevokedSince(at(2_014_999))).toEqual([row]);
  expect(await revocations().loadRevokedSince(at(2_060_000))).toEqual([]);
  expect(await revocations().loadRevokedSince(null)).toContainEqual(row);
});
