import type { EventDoc, WebhookDoc } from '@envase/db';
import type { DirectoryClient } from '@envase/http';
import { createTestClock } from '@envase/runtime';
import { describe, expect, it } from 'vitest';
import { createHookFacts } from './hook-facts.ts';

const startMs = Date.UTC(2026, 10, 24, 8);

/** A copy of clients that is as old as its last refresh. */
function createDirectory() {
  const stored = new Map<string, DirectoryClient>();
  let copy = new Map<string, DirectoryClient>();
  const refreshes: number[] = [];
  const clock = createTestClock(startMs);
  const put = (id: string, changes: Partial<DirectoryClient> = {}) =>
    stored.set(id, {
      _id: id,
      status: 'active',
      scopes: ['connectdata/events'],
      grants: [{ orgId: 'org-a', svcId: '*' }],
      changedAt: new Date(clock.now()),
      revokedBefore: null,
      ...changes,
    });
  const directory = {
    find: (id: string) => copy.get(id),
    refresh: async () => {
      refreshes.push(clock.now());
      copy = new Map(stored);
    },
  };
  return { put, directory, refreshes, clock, read: createHookFacts({ directory, clock }) };
}

const eventAt = (ms: number) => ({ orgId: 'org-a', svcId: 'svc-1', createdAt: new Date(ms) }) as EventDoc;
const hookOf = (clientId: string, orgId: string | null = 'org-a') =>
  ({ _id: `hook-${clientId}`, clientId, orgId, svcId: null }) as WebhookDoc;

describe('createHookFacts', () => {
  it('asks for a client that its copy does not know yet', async () => {
    const { put, read, refreshes } = createDirectory();
    put('new');
    expect(await read(eventAt(startMs), [hookOf('new')])).toMatchObject([{ clientActive: true }]);
    expect(refreshes).toHaveLength(1);
  });

  it('asks again before it passes a hook over, once per event', async () => {
    const { put, read, directory, refreshes, clock } = createDirectory();
    put('late', { status: 'disabled' });
    await directory.refresh();
    put('late');
    clock.advance(10_000);
    expect(await read(eventAt(clock.now()), [hookOf('late')])).toMatchObject([{ clientActive: true }]);
    expect(refreshes).toHaveLength(2);
    expect(await read(eventAt(clock.now()), [hookOf('late')])).toHaveLength(1);
    expect(refreshes).toHaveLength(2);
  });

  it('does not ask again for an event that is older than its copy', async () => {
    const { put, read, refreshes, clock } = createDirectory();
    put('off', { status: 'disabled' });
    await read(eventAt(clock.now()), [hookOf('off')]);
    clock.advance(10_000);
    await read(eventAt(clock.now()), [hookOf('off')]);
    expect(await read(eventAt(clock.now() - 5_000), [hookOf('off')])).toMatchObject([
      { clientActive: false },
    ]);
    expect(refreshes).toHaveLength(2);
  });

  it('does not ask for hooks of clients that have nothing to do with the organization', async () => {
    const { put, read, directory, refreshes } = createDirectory();
    put('other', { grants: [{ orgId: 'org-b', svcId: '*' }] });
    await directory.refresh();
    await read(eventAt(startMs + 60_000), [hookOf('other', null)]);
    expect(refreshes).toHaveLength(1);
  });
});
