import { newEventId } from '@envase/runtime';
import { describe, expect, it } from 'vitest';
import { at, START } from '../../test/documents.ts';
import { useDatabase } from '../../test/open-database.ts';
import type { InboxDoc } from '../documents.ts';

const db = useDatabase();
const inbox = () => db().repositories.inbox;

function item(changes: Partial<InboxDoc> = {}): InboxDoc {
  return {
    _id: newEventId(START),
    providerId: 'terminal49',
    path: '',
    contentType: 'application/json',
    body: Buffer.from('{"data": 1}'),
    receivedAt: at(0),
    dueAt: at(0),
    ...changes,
  };
}

describe('inbound bodies', () => {
  it('are kept byte for byte and owed until they are settled', async () => {
    const stored = item({ body: Buffer.from([0, 255, 10]) });
    await inbox().insert(stored);
    expect(Buffer.from((await inbox().get(stored._id))?.body ?? [])).toEqual(stored.body);
    expect(await inbox().findOwing(at(0), 10)).toContainEqual({ id: stored._id });
    await inbox().markParsed(stored._id, { parsedAt: at(1), traceIds: ['t1'], fault: null, dueAt: at(5) });
    expect(await inbox().findOwing(at(4), 10)).not.toContainEqual({ id: stored._id });
    expect(await inbox().findOwing(at(5), 10)).toContainEqual({ id: stored._id });
    await inbox().settle(stored._id);
    expect(await inbox().findOwing(at(9), 10)).not.toContainEqual({ id: stored._id });
    expect(await inbox().get(stored._id)).toMatchObject({ parsedAt: at(1), traceIds: ['t1'] });
  });

  it('are left alone by a second insert', async () => {
    const stored = item();
    await inbox().insert(stored);
    await inbox().insert({ ...stored, path: '/other' });
    expect(await inbox().get(stored._id)).toMatchObject({ path: '' });
  });

  it('that cannot be read owe nothing and say why', async () => {
    const stored = item();
    await inbox().insert(stored);
    await inbox().markParsed(stored._id, { parsedAt: at(1), traceIds: [], fault: 'not JSON', dueAt: null });
    expect(await inbox().get(stored._id)).toMatchObject({ fault: 'not JSON' });
    expect(await inbox().get(stored._id)).not.toHaveProperty('dueAt');
  });

  it('that are postponed wait', async () => {
    const stored = item();
    await inbox().insert(stored);
    await inbox().postpone([stored._id], at(100));
    expect(await inbox().findOwing(at(99), 10)).not.toContainEqual({ id: stored._id });
  });
});
