import type { mongo } from 'mongoose';
import { requireLimit, requireText } from '../check-values.ts';
import { forClients } from '../concerns.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import type { EventDoc } from '../documents.ts';
import { cutPage } from '../read-page.ts';
import type { PageOf, PageRequest } from '../repositories.ts';
import type { Scope } from '../tenancy.ts';
import type { TenantCollection } from '../tenant-guard.ts';

const kind = 'history';

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

function before(traceId: string, cursor: string | undefined): { $lt?: number } {
  if (cursor === undefined) return {};
  const start = `${traceId}~`;
  const isOwn = (id: string) => id.startsWith(start) && /^[1-9]\d{0,14}$/.test(id.slice(start.length));
  const { id } = decodeCursor({ kind, timed: false, isOwn }, cursor);
  return { $lt: Number(id.slice(start.length)) };
}
