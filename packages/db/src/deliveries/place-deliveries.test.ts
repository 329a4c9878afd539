import { newEventId } from '@envase/runtime';
import { expect, it } from 'vitest';
import { at, delivery, START, tenant } from '../../test/documents.ts';
import { useDatabase } from '../../test/open-database.ts';
import { collectionOf } from '../models.ts';
import { createListAfter } from './list-after.ts';
import { type DeliveryStream, type PullStores, placeDeliveries } from './place-deliveries.ts';
import type { StoredDelivery } from './stored-delivery.ts';

const db = useDatabase();
const owner = tenant(['org-1', 'svc-1']);
let hooks = 0;

function newHook(): string {
  hooks += 1;
  return `placed-${hooks}`;
}

function stores(): PullStores {
  const { connection } = db();
  return {
    deliveries: collectionOf<StoredDelivery>(connection, 'deliveries'),
    streams: collectionOf<DeliveryStream>(connection, 'delivery_streams'),
  };
}

/** Deliveries of events of these minutes: ids follow no smaller step back. */
async function add(webhookId: string, ...minutes: number[]): Promise<string[]> {
  const rows = minutes.map((minute) =>
    delivery({ webhookId, eventId: newEventId(START + minute * 60_000), dueAt: at(0) }),
  );
  await db().repositories.deliveries.insertMissing(rows);
  return rows.map(({ _id }) => _id);
}

type Method = (...parameters: never[]) => unknown;

/** The same collection with another of one of its methods, made from its own. */
function changed<T extends object>(collection: T, method: keyof T, change: (own: Method) => Method): T {
  return new Proxy(collection, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      const own = member.bind(target) as Method; // a method of the driver
      return name === method ? change(own) : own;
    },
  });
}

/** Streams whose first change waits. */
function slowStreams({ streams }: PullStores, before: () => Promise<void>): PullStores['streams'] {
  let isFirst = true;
  return changed(streams, 'updateOne', (own) => async (...parameters) => {
    const waits = isFirst;
    isFirst = false;
    if (waits) await before();
    return own(...parameters);
  });
}

/** Deliveries after whose first look something happens. */
function slowDeliveries({ deliveries }: PullStores, after: () => Promise<void>): PullStores['deliveries'] {
  let isFirst = true;
  return changed(deliveries, 'find', (own) => (...parameters) => {
    const cursor = own(...parameters) as { toArray(): Promise<unknown> }; // what find gives
    if (!isFirst) return cursor;
    isFirst = false;
    return {
      toArray: async () => {
        const found = await cursor.toArray();
        await after();
        return found;
      },
    };
  });
}

const read = (webhookId: string, after?: string, by = stores()) =>
  createListAfter(by)(owner, webhookId, { after, limit: 50 });
const idsOf = ({ items }: Awaited<ReturnType<typeof read>>) => items.map((item) => item.delivery._id);

it('gives no place below a reader, though a slow process had found a delivery of its own before', async () => {
  const webhookId = newHook();
  const [first] = await add(webhookId, 10);
  expect(idsOf(await read(webhookId))).toEqual([first]);
  const [late] = await add(webhookId, 5);
  const [found, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const streams = slowStreams(stores(), async () => {
    found.resolve();
    await released.promise;
  });
  // It has found `late` and is about to give it place 2.
  const slowOne = placeDeliveries({ ...stores(), streams }, webhookId, 9);
  await found.promise;
  const [quick] = await add(webhookId, 1);
  const page = await read(webhookId);
  expect(idsOf(page)).toEqual([first, quick, late]);
  const [latest] = await add(webhookId, 3);
  released.resolve();
  expect(await slowOne).toMatchObject({ head: 4 });
  const rest = await read(webhookId, page.items.at(-1)?.cursor);
  expect(idsOf(rest)).toEqual([latest]);
});

it('lets no reader go past a place that is given and not written, though a later one is', async () => {
  const webhookId = newHook();
  const { deliveries, streams } = stores();
  const ids: string[] = [];
  // The reader has seen that there is nothing; then another process gives two places, writes the second, and dies.
  const die = async () => {
    ids.push(...(await add(webhookId, 1, 2)));
    await streams.insertOne({ _id: webhookId, head: 2, journal: ids });
    await deliveries.updateOne({ _id: ids[1] ?? '' }, { $set: { pos: 2 } });
  };
  const page = await read(webhookId, undefined, { streams, deliveries: slowDeliveries(stores(), die) });
  const after = page.items.at(-1)?.cursor;
  const rest = await read(webhookId, after);
  expect([...idsOf(page), ...idsOf(rest)]).toEqual(ids);
});

it('gives every delivery one place, without a gap, by 20 at once', async () => {
  const webhookId = newHook();
  const ids = await add(webhookId, ...Array.from({ length: 150 }, (_, n) => n));
  await Promise.all(Array.from({ length: 20 }, () => placeDeliveries(stores(), webhookId, 1_000)));
  expect(await placeDeliveries(stores(), webhookId, 1_000)).toEqual({ head: 150, hasMore: false });
  const placed = await stores().deliveries.find({ webhookId }).sort({ pos: 1 }).toArray();
  expect(placed.map(({ pos }) => pos)).toEqual(Array.from({ length: 150 }, (_, n) => n + 1));
  expect(placed.map(({ _id }) => _id)).toEqual(ids);
});

it('gives no place to what is pulled by nobody, nor more than a page needs and a batch holds', async () => {
  const webhookId = newHook();
  await add(webhookId, ...Array.from({ length: 230 }, (_, n) => n));
  const count = () => stores().deliveries.countDocuments({ webhookId, pos: { $gt: 0 } });
  expect(await count()).toBe(0);
  expect(idsOf(await read(webhookId))).toHaveLength(50);
  expect(await count()).toBe(100);
});
