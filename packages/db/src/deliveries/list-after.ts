import { AppError } from '@envase/runtime';
import { requireLimit, requireText } from '../check-values.ts';
import { forClients } from '../concerns.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { type Scope, scopeOf } from '../tenancy.ts';
import { guardCollection, type TenantCollection } from '../tenant-guard.ts';
import type { DeliveryDoc, DeliveryRepository, PulledPage } from './delivery-documents.ts';
import { type PullStores, placeDeliveries } from './place-deliveries.ts';
import type { StoredDelivery } from './stored-delivery.ts';

const KIND = 'pull';
const MAX_LOOKS = 10;
const PLACE = /^[1-9]\d{0,14}~/;
const projection = { openSequence: 0, endedAt: 0 } as const;
const readConcern = { level: 'majority' } as const;

interface Reading {
  webhookId: string;
  scope: Scope & { clientId: string };
  limit: number;
  after: number;
}

type Placed = StoredDelivery & { pos: number };

/** A hook's deliveries in the order of their places: oldest first, and what committed late at the end (contract s6, pull). */
export function createListAfter(stores: PullStores): DeliveryRepository['listAfter'] {
  const collection = guardCollection(stores.deliveries);
  return async (tenant, webhookId, { after, limit }) => {
    const reading: Reading = {
      webhookId: requireText(webhookId, 'webhookId'),
      scope: { clientId: tenant.clientId, ...scopeOf(tenant) },
      limit: requireLimit(limit),
      after: after === undefined ? 0 : readPlace(webhookId, after),
    };
    const { found, head, hasMore } = await gather(stores, collection, reading);
    const isAtNext = found[0]?.pos === reading.after + 1;
    if (reading.after > 0 && head > reading.after && !isAtNext) await refuseExpired(stores, reading);
    return toPage(found, { ...reading, goesOnAt: hasMore && head > reading.after ? head : null });
  };
}

/** One more than the page where there is one. What is hidden from this tenant has places too: it may take several looks. */
async function gather(
  stores: PullStores,
  collection: TenantCollection<StoredDelivery>,
  { webhookId, scope, limit, after }: Reading,
): Promise<{ found: Placed[]; head: number; hasMore: boolean }> {
  const found: Placed[] = [];
  let from = after;
  for (let look = 1; ; look += 1) {
    const missing = limit + 1 - found.length;
    const { head, hasMore } = await placeDeliveries(stores, webhookId, from + missing);
    const pos = { $gt: from, $lte: head };
    const filter = { webhookId, pos, state: { $ne: 'cancelled' as const }, ...scope };
    const options = { sort: { pos: 1 }, limit: missing, projection, readConcern, ...forClients } as const;
    found.push(...(await collection.find<Placed>(filter, options).toArray()));
    const isDone = found.length > limit || !hasMore || head <= from || look === MAX_LOOKS;
    if (isDone) return { found, head, hasMore };
    from = head;
  }
}

/** Throws `cursor_expired` when nothing up to the next place is kept any more: the reader may have missed something. */
async function refuseExpired(
  { deliveries }: PullStores,
  { webhookId, after }: Pick<Reading, 'webhookId' | 'after'>,
): Promise<void> {
  const options = { projection: { pos: 1 }, sort: { pos: 1 }, readConcern, ...forClients } as const;
  const oldest = await deliveries.findOne({ webhookId, pos: { $gt: 0 } }, options);
  if (oldest?.pos !== undefined && oldest.pos <= after + 1) return;
  throw new AppError(
    'cursor_expired',
    'What came after this cursor is no longer kept: begin anew without one',
  );
}

function toPage(
  found: readonly Placed[],
  by: { webhookId: string; limit: number; goesOnAt: number | null },
): PulledPage {
  const { webhookId, limit, goesOnAt } = by;
  const toCursor = (pos: number) => encodeCursor(KIND, { id: `${pos}~${webhookId}` });
  const items = found.slice(0, limit).map((placed) => {
    const { pos, ...delivery } = placed;
    return { delivery: delivery satisfies DeliveryDoc, cursor: toCursor(pos) };
  });
  const last = items.at(-1);
  if (found.length > limit && last !== undefined) return { items, nextCursor: last.cursor };
  return { items, nextCursor: goesOnAt === null ? null : toCursor(goesOnAt) };
}

function readPlace(webhookId: string, after: string): number {
  const isOwn = (id: string) => PLACE.test(id) && id.endsWith(`~${webhookId}`);
  const { id } = decodeCursor({ kind: KIND, timed: false, isOwn, parameter: 'after' }, after);
  return Number.parseInt(id, 10);
}
