import { AppError, createTestClock } from '@envase/runtime';
import { expect, it } from 'vitest';
import { createMemoryAudit } from '../../test/memory-stores.ts';
import { auditCommand } from './audit-command.ts';
import { hashOf } from './chain.ts';
import { verifyAuditCommand } from './verify-audit.ts';

const command = {
  chain: 'org',
  by: 'ann@host',
  command: 'envase pause organization',
  target: 'organization~org',
};

it('leaves one row of a command that was done, and one of a command that was refused', async () => {
  const store = createMemoryAudit();
  const clock = createTestClock(Date.UTC(2026, 10, 24));
  const by = { store, clock };
  const changed = { before: null, after: { since: new Date(0) }, more: 1 };
  expect(await auditCommand(by, command, async () => changed)).toBe(changed);
  const refused = auditCommand(by, command, async () => {
    throw new AppError('not_found', 'It is not paused');
  });
  await expect(refused).rejects.toThrow('It is not paused');
  expect(store.rows).toEqual([
    expect.objectContaining({
      _id: 'org~1',
      address: 'ann@host',
      clientId: null,
      method: 'COMMAND',
      route: 'envase pause organization',
      target: 'organization~org',
      status: 200,
      before: null,
      after: hashOf(changed.after),
    }),
    expect.objectContaining({ n: 2, status: 404, before: null, after: null }),
  ]);
  expect(await verifyAuditCommand({ store })).toMatchObject({ ok: true, unfinished: [] });
});

it('says why a command failed, where the audit fails too', async () => {
  const store = { ...createMemoryAudit(), insert: () => Promise.reject(new Error('the audit is away')) };
  const by = { store, clock: createTestClock(0) };
  const failing = auditCommand(by, command, () => Promise.reject(new Error('the store is away')));
  await expect(failing).rejects.toThrow('the store is away');
  expect(await store.findOpen(new Date(1), 5)).toHaveLength(1);
});
