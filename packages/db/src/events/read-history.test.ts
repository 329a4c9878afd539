import { newEventId } from '@envase/runtime';
import { describe, expect, it } from 'vitest';
import { at, event, START, tenant } from '../../test/documents.ts';
import { useDatabase } from '../../test/open-database.ts';
import { readAllPages } from '../../test/read-all-pages.ts';
import type { EventDoc } from '../documents.ts';

const db = useDatabase();
const events = () => db().repositories.events;

describe('the history of a trace', () => {
  const told = (sequence: number, changes: Partial<EventDoc> = {}) =>
    event({ orgId: 'org-told', traceId: 'told', sequence, createdAt: at(sequence), ...changes });
  const who = tenant(['org-told', 'svc-1']);

  it('is its numbered events in falling order, also where clocks disagree', async () => {
    const late = told(2, { _id: newEventId(START + 99_000) });
    const foreign = told(4, { orgId: 'org-foreign' });
    await events().insertResults([told(1), late, told(3), told(9, { sequence: null }), foreign]);
    const read = await readAllPages((page) => events().listHistory(who, 'told', page), { limit: 1 });
    expect(read.map(({ sequence }) => sequence)).toEqual([3, 2, 1]);
  });

  it.each([
    ['history', 'other~2'],
    ['history', 'told~x'],
    ['events', 'told~2'],
  ])('refuses a cursor of %s with %s', async (kind, id) => {
    const cursor = Buffer.from(JSON.stringify([kind, id])).toString('base64url');
    const read = events().listHistory(who, 'told', { limit: 5, cursor });
    await expect(read).rejects.toMatchObject({ code: 'invalid_request' });
  });
});
