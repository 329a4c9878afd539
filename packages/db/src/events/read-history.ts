import type { mongo } from 'mongoose';
import { requireDate, requireLimit, requireText } from '../check-values.ts';
import { forClients } from '../concerns.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import type { EventDoc } from '../documents.ts';
import { cutPage } from '../read-page.ts';
import type { PageOf, PageRequest } from '../repositories.ts';
import type { Scope } from '../tenancy.ts';
import type { TenantCollection } from '../tenant-guard.ts';

const kind = 'history';
const stopped = 'TRACE_STOPPED';

/** A page of what a trace told, in falling order of `sequence`: stable while more is told, and read from one index. */
export async function readHistory(
  events: TenantCollection<EventDoc>,
  of: { scope: Scope; traceId: string; page: PageRequest },
): Promise<PageOf<EventDoc>> {
  const traceId = requireText(of.traceId, 'traceId');
  const limit = requireLimit(of.page.limit);
  const sequence = { $gt: 0, ...before(traceId, of.page.cursor) };
  const filter: mongo.Filter<EventDoc> = { traceId, ...of.scope, sequence };
  const options = { sort: { sequence: -1 }, limit: limit + 1, ...forClients } as const;
  const found = await events.find(filter, options).toArray();
  const toCursor = (last: EventDoc) => encodeCursor(kind, { id: `${traceId}~${last.sequence}` });
  return cutPage(found, { limit, toCursor });
}

/**
 * What a trace had told by a moment: its newest numbered event, and its newest result, which says more than the stop that may
 * have followed.
 */
export async function findTold(
  events: TenantCollection<EventDoc>,
  of: { scope: Scope; traceId: string; until: Date },
): Promise<{ newest: EventDoc | null; result: EventDoc | null }> {
  const createdAt = { $lte: requireDate(of.until, 'until') };
  const told = { traceId: requireText(of.traceId, 'traceId'), ...of.scope, createdAt, sequence: { $gt: 0 } };
  const options = { sort: { sequence: -1 }, ...forClients } as const;
  const newest = await events.findOne(told, options);
  if (newest?.action !== stopped) return { newest, result: newest };
  return { newest, result: await events.findOne({ ...told, action: { $ne: stopped } }, options) };
}

function before(traceId: string, cursor: string | undefined): { $lt?: number } {
  if (cursor === undefined) return {};
  const start = `${traceId}~`;
  const isOwn = (id: string) => id.startsWith(start) && /^[1-9]\d{0,14}$/.test(id.slice(start.length));
  const { id } = decodeCursor({ kind, timed: false, isOwn }, cursor);
  return { $lt: Number(id.slice(start.length)) };
}
