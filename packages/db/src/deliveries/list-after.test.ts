import { newEventId } from '@envase/runtime';
import { describe, expect, it } from 'vitest';
import { at, delivery, START, tenant } from '../../test/documents.ts';
import { useDatabase } from '../../test/open-database.ts';
import { connectDatabase } from '../connect.ts';
import type { Tenant } from '../repositories.ts';
import type { DeliveryDoc, PulledPage } from './delivery-documents.ts';

const db = useDatabase();
const deliveries = () => db().repositories.deliveries;
const owner = tenant(['org-1', 'svc-1']);
let hooks = 0;

function newHook(): string {
  hooks += 1;
  return `pulled-${hooks}`;
}

/** A delivery that waits to be pulled, of an event of this many minutes after the start: ids follow no smaller step back. */
function waiting(webhookId: string, minute: number, changes: Partial<DeliveryDoc> = {}): DeliveryDoc {
  const ms = minute * 60_000;
  const { dueAt: _, ...rest } = delivery({ webhookId, eventId: newEventId(START + ms), createdAt: at(ms) });
  return { ...rest, ...changes };
}

const idsOf = ({ items }: PulledPage) => items.map((item) => item.delivery._id);

/** Everything from a cursor on, page by page, as a receiver would go on from what it handled. */
async function pull(
  webhookId: string,
  { after, limit = 4, who = owner }: { after?: string | undefined; limit?: number; who?: Tenant } = {},
): Promise<{ ids: string[]; after: string | undefined }> {
  const ids: string[] = [];
  let handled = after;
  for (;;) {
    const page = await deliveries().listAfter(who, webhookId, { after: handled, limit });
    ids.push(...idsOf(page));
    handled = page.nextCursor ?? page.items.at(-1)?.cursor ?? handled;
    if (page.nextCursor === null) return { ids, after: handled };
  }
}

describe('pulling', () => {
  it('gives the oldest first, in pages, whole, and then what is new', async () => {
    const webhookId = newHook();
    const rows = Array.from({ length: 11 }, (_, n) => waiting(webhookId, n));
    await deliveries().insertMissing(rows.toReversed());
    const first = await deliveries().listAfter(owner, webhookId, { limit: 4 });
    expect(first.items.map((item) => item.delivery)).toEqual(rows.slice(0, 4));
    expect(first.nextCursor).toBe(first.items[3]?.cursor);
    const { ids, after } = await pull(webhookId);
    expect(ids).toEqual(rows.map(({ _id }) => _id));
    const none = await deliveries().listAfter(owner, webhookId, { after, limit: 4 });
    expect(none).toEqual({ items: [], nextCursor: null });
    const later = waiting(webhookId, 99);
    await deliveries().insertMissing([later]);
    expect((await pull(webhookId, { after })).ids).toEqual([later._id]);
    expect((await pull(webhookId, { after: first.nextCursor ?? '' })).ids).toHaveLength(8);
  });

  it('gives a delivery that committed late after those that are already read', async () => {
    const webhookId = newHook();
    await deliveries().insertMissing([waiting(webhookId, 10), waiting(webhookId, 20)]);
    const { after } = await pull(webhookId);
    const late = waiting(webhookId, 5);
    await deliveries().insertMissing([late]);
    expect((await pull(webhookId, { after })).ids).toEqual([late._id]);
    expect((await pull(webhookId)).ids.at(-1)).toBe(late._id);
  });

  it('skips and repeats nothing while processes insert in any order and several readers go on', async () => {
    const webhookId = newHook();
    const other = await connectDatabase({ uri: uriOf(db().connection) });
    const rows = Array.from({ length: 120 }, (_, n) => waiting(webhookId, (n * 7919) % 1_000));
    let isWritten = false;
    const write = async (part: number) => {
      const { deliveries: there } = (part % 2 ? other : db()).repositories;
      for (const row of rows.filter((_, n) => n % 6 === part)) await there.insertMissing([row]);
    };
    const read = async (part: number): Promise<string[]> => {
      const { deliveries: there } = (part % 2 ? other : db()).repositories;
      const ids: string[] = [];
      let after: string | undefined;
      for (let isLast = false; !isLast; ) {
        isLast = isWritten;
        let page: PulledPage;
        do {
          page = await there.listAfter(owner, webhookId, { after, limit: 5 });
          ids.push(...idsOf(page));
          after = page.items.at(-1)?.cursor ?? after;
        } while (page.items.length > 0);
      }
      return ids;
    };
    const writing = Promise.all([0, 1, 2, 3, 4, 5].map(write)).finally(() => {
      isWritten = true;
    });
    const [seen] = await Promise.all([Promise.all([0, 1, 2, 3].map(read)), writing]);
    await other.close();
    const all = rows.map(({ _id }) => _id).sort();
    for (const ids of seen) {
      expect(ids.toSorted()).toEqual(all);
      expect(ids).toEqual(seen[0]);
    }
  });

  it('finishes what a process began that died between giving places and writing them', async () => {
    const webhookId = newHook();
    const rows = [1, 2, 3].map((minute) => waiting(webhookId, minute));
    await deliveries().insertMissing(rows);
    const streams = db().connection.collection<{ _id: string; head: number; journal: string[] }>(
      'delivery_streams',
    );
    // It had begun in another order, and written one place of two.
    const journal = [rows[2]?._id ?? '', rows[0]?._id ?? ''];
    await streams.insertOne({ _id: webhookId, head: 2, journal });
    await db()
      .connection.collection<{ _id: string }>('deliveries')
      .updateOne({ _id: journal[0] ?? '' }, { $set: { pos: 1 } });
    expect((await pull(webhookId)).ids).toEqual([...journal, rows[1]?._id]);
    expect(await streams.findOne({ _id: webhookId })).toMatchObject({ head: 3, journal: [] });
  });

  it('gives push deliveries too, whatever became of them, and no cancelled ones', async () => {
    const webhookId = newHook();
    const states = ['pending', 'retrying', 'delivered', 'dead', 'cancelled'] as const;
    const rows = states.map((state, n) => waiting(webhookId, n, { state, dueAt: at(0) }));
    await deliveries().insertMissing(rows);
    expect((await pull(webhookId, { limit: 1 })).ids).toEqual(rows.slice(0, 4).map(({ _id }) => _id));
  });

  it('gives nothing of another hook, client or service, and goes past what it hides', async () => {
    const [webhookId, other] = [newHook(), newHook()];
    const hidden = Array.from({ length: 230 }, (_, n) => waiting(webhookId, n, { svcId: 'svc-2' }));
    const own = waiting(webhookId, 500);
    await deliveries().insertMissing([...hidden, waiting(other, 1), own]);
    await deliveries().insertMissing([waiting(webhookId, 501, { clientId: 'client-2' })]);
    expect((await pull(webhookId, { limit: 3 })).ids).toEqual([own._id]);
    expect((await pull(webhookId, { who: tenant(['org-9', '*']) })).ids).toEqual([]);
  });
});

describe('a cursor', () => {
  it('of another hook or list, or of nobody, is refused at query.after', async () => {
    const [webhookId, other] = [newHook(), newHook()];
    await deliveries().insertMissing([waiting(webhookId, 1), waiting(webhookId, 2), waiting(other, 1)]);
    const foreign = (await pull(other)).after ?? '';
    const listed = await deliveries().list(owner, webhookId, undefined, { limit: 1 });
    for (const after of [foreign, listed.nextCursor ?? '', 'x', '']) {
      await expect(deliveries().listAfter(owner, webhookId, { after, limit: 1 })).rejects.toMatchObject({
        code: 'invalid_request',
        details: [{ path: 'query.after' }],
      });
    }
  });

  it('is expired once nothing up to the next place is kept, and only then', async () => {
    const webhookId = newHook();
    const rows = [1, 2, 3, 4].map((minute) => waiting(webhookId, minute));
    await deliveries().insertMissing(rows);
    const first = (await deliveries().listAfter(owner, webhookId, { limit: 1 })).nextCursor ?? '';
    const last = (await pull(webhookId)).after ?? '';
    const forget = async (count: number) => {
      const _id = { $in: rows.slice(0, count).map((row) => row._id) };
      await db().connection.collection<{ _id: string }>('deliveries').deleteMany({ _id });
    };
    await forget(1);
    expect((await pull(webhookId, { after: first })).ids).toHaveLength(3);
    await forget(2);
    await expect(pull(webhookId, { after: first })).rejects.toMatchObject({ code: 'cursor_expired' });
    expect((await pull(webhookId)).ids).toEqual([rows[2]?._id, rows[3]?._id]);
    await forget(4);
    expect((await pull(webhookId, { after: last })).ids).toEqual([]);
    const next = waiting(webhookId, 9);
    await deliveries().insertMissing([next]);
    expect((await pull(webhookId, { after: last })).ids).toEqual([next._id]);
    await expect(pull(webhookId, { after: first })).rejects.toMatchObject({ code: 'cursor_expired' });
  });
});

it('keeps a delivery that waits to be pulled no longer than a dead one', async () => {
  const webhookId = newHook();
  const [waits, owed] = [waiting(webhookId, 7), delivery({ webhookId })];
  await deliveries().insertMissing([waits, owed]);
  const stored = db().connection.collection<{ _id: string }>('deliveries');
  expect(await stored.findOne({ _id: waits._id })).toMatchObject({ endedAt: at(7 * 60_000) });
  expect(await stored.findOne({ _id: owed._id })).not.toHaveProperty('endedAt');
});

function uriOf({ host, port, name }: { host: string; port: number; name: string }): string {
  return `mongodb://${host}:${port}/${name}`;
}
