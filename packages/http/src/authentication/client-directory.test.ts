import { createTestClock } from '@envase/runtime';
import { waitFor } from '@envase/testing';
import { describe, expect, it } from 'vitest';
import { createTestLogger } from '../../test/serve.ts';
import { createClientDirectory, type DirectoryChanges, type DirectoryClient } from './client-directory.ts';

const startMs = Date.parse('2026-03-01T12:00:00Z');

function clientAt(changedAtMs: number, changes: Partial<DirectoryClient> = {}): DirectoryClient {
  const changedAt = new Date(changedAtMs);
  return { _id: 'c1', status: 'active', scopes: [], grants: [], revokedBefore: null, ...changes, changedAt };
}

function createSetup(options: { everyMs?: number } = {}) {
  const clock = createTestClock(startMs);
  const asked: (Date | null)[] = [];
  const state = { changes: { clients: [clientAt(startMs)], revocations: [] } as DirectoryChanges };
  let answer = async (): Promise<DirectoryChanges> => state.changes;
  const { logger, logs } = createTestLogger();
  const directory = createClientDirectory({
    logger,
    clock,
    ...options,
    loadChangedSince(since) {
      asked.push(since);
      return answer();
    },
  });
  const setAnswer = (next: typeof answer) => {
    answer = next;
  };
  return { clock, asked, state, directory, logs, setAnswer };
}

describe('loading', () => {
  it('asks for everything first, then for what changed since the newest change less 10 s', async () => {
    const { clock, asked, directory } = createSetup();
    await directory.refresh();
    clock.advance(30_000);
    await directory.refresh();
    expect(asked).toEqual([null, new Date(startMs - 10_000)]);
  });

  it('asks for everything again once a minute, which forgets what is gone', async () => {
    const { clock, asked, state, directory } = createSetup();
    await directory.refresh();
    state.changes = { clients: [], revocations: [] };
    clock.advance(59_999);
    await directory.refresh();
    expect(directory.find('c1')).toBeDefined();
    clock.advance(1);
    await directory.refresh();
    expect(asked.map((since) => since === null)).toEqual([true, false, true]);
    expect(directory.find('c1')).toBeUndefined();
  });

  it('does not look only into the future after a change that was dated there', async () => {
    const { clock, asked, state, directory } = createSetup();
    state.changes = { clients: [clientAt(startMs + 3_600_000)], revocations: [] };
    await directory.refresh();
    clock.advance(2_000);
    await directory.refresh();
    expect(asked[1]).toEqual(new Date(startMs + 2_000 - 10_000));
  });

  it('reloads by itself, and goes on after a failure', async () => {
    const { asked, directory, logs, setAnswer } = createSetup({ everyMs: 5 });
    await directory.start();
    setAnswer(() => Promise.reject(new Error('down')));
    await waitFor(() => logs.length >= 2, { what: 'two failed loads' });
    setAnswer(async () => ({ clients: [clientAt(startMs, { _id: 'c2' })], revocations: [] }));
    await waitFor(() => directory.find('c2'), { what: 'the client of the next load' });
    directory.stop();
    const count = asked.length;
    await directory.refresh();
    expect(asked.length).toBeGreaterThan(count);
  });

  it('does not start without a first load', async () => {
    const { directory, setAnswer } = createSetup();
    setAnswer(() => Promise.reject(new Error('down')));
    await expect(directory.start()).rejects.toThrow('down');
    await expect(directory.refresh()).rejects.toMatchObject({ code: 'unavailable' });
    expect(directory.isFresh()).toBe(false);
  });
});

describe('freshness', () => {
  it('counts from when a load asked, not from when it was answered', async () => {
    const { clock, directory, setAnswer } = createSetup();
    const gate = Promise.withResolvers<DirectoryChanges>();
    setAnswer(() => gate.promise);
    const loading = directory.refresh();
    clock.advance(3_000);
    gate.resolve({ clients: [], revocations: [] });
    await loading;
    clock.advance(2_000);
    expect(directory.isFresh()).toBe(true);
    clock.advance(1);
    expect(directory.isFresh()).toBe(false);
  });

  it('gives a refresh what was written before it, though an older load was under way', async () => {
    const { directory, setAnswer, asked } = createSetup();
    const gate = Promise.withResolvers<DirectoryChanges>();
    setAnswer(() => gate.promise);
    const old = directory.refresh();
    setAnswer(async () => ({ clients: [clientAt(startMs, { _id: 'new' })], revocations: [] }));
    const both = [directory.refresh(), directory.refresh()];
    gate.resolve({ clients: [], revocations: [] });
    await Promise.all([old, ...both]);
    expect(directory.find('new')).toBeDefined();
    expect(asked).toHaveLength(2);
  });
});
