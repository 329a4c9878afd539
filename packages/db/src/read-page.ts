import type { mongo } from 'mongoose';
import { requireLimit } from './check-values.ts';
import { forClients } from './concerns.ts';
import { decodeCursor, encodeCursor, type Mark } from './cursor.ts';
import type { PageOf, PageRequest } from './repositories.ts';

interface PageQuery<T extends { _id: string }> {
  collection: Pick<mongo.Collection<T>, 'find'>;
  /** Names the list in its cursors. */
  kind: string;
  filter: mongo.Filter<T>;
  page: PageRequest;
  /** Properties that are not part of the document. */
  hide?: Record<string, 0>;
  /** Whether an id can stand in this list: a cursor of another one is refused. */
  isOwn?: (id: string) => boolean;
  /** Bytes as bytes, not as BSON's wrapper. */
  promoteBuffers?: boolean;
}

/** A page in falling order of `_id`, for ids that rise with time: stable while items are added (contract s10). */
export async function readPageById<T extends { _id: string }>(query: PageQuery<T>): Promise<PageOf<T>> {
  const limit = requireLimit(query.page.limit);
  const mark = readMark(query, false);
  const filter = mark === null ? query.filter : { ...query.filter, _id: below(query.filter._id, mark.id) };
  const found = await find(query, { filter, sort: { _id: -1 }, limit: limit + 1 });
  return cutPage(found, { limit, toCursor: (last) => encodeCursor(query.kind, { id: last._id }) });
}

/** A page in falling order of `createdAt`, then `_id`, for ids that say nothing of time. */
export async function readPageByCreation<T extends { _id: string; createdAt: Date }>(
  query: PageQuery<T>,
): Promise<PageOf<T>> {
  const limit = requireLimit(query.page.limit);
  const found: T[] = [];
  // Two reads instead of one `$or`: each follows the index from where the page before ended.
  for (const start of startsAfter(readMark(query, true))) {
    const missing = limit + 1 - found.length;
    if (missing === 0) break;
    const filter = { ...query.filter, ...start };
    found.push(...(await find(query, { filter, sort: { createdAt: -1, _id: -1 }, limit: missing })));
  }
  const toCursor = (last: T) => encodeCursor(query.kind, { id: last._id, at: last.createdAt });
  return cutPage(found, { limit, toCursor });
}

function readMark<T extends { _id: string }>(query: PageQuery<T>, timed: boolean): Mark | null {
  const { kind, isOwn, page } = query;
  return page.cursor === undefined ? null : decodeCursor({ kind, timed, isOwn }, page.cursor);
}

function startsAfter(mark: Mark | null): object[] {
  if (mark === null) return [{}];
  return [{ createdAt: mark.at, _id: { $lt: mark.id } }, { createdAt: { $lt: mark.at } }];
}

/** Both bounds at once: the filter's own range of ids and the end of the page before. */
function below(range: unknown, id: string): object {
  if (typeof range !== 'object' || range === null) return { $lt: id };
  const { $lt: end } = range as { $lt?: string }; // a range made by a repository
  return { ...range, $lt: end !== undefined && end < id ? end : id };
}

function find<T extends { _id: string }>(
  { collection, hide, promoteBuffers }: PageQuery<T>,
  { filter, sort, limit }: { filter: object; sort: Record<string, -1>; limit: number },
): Promise<T[]> {
  const projection = hide === undefined ? {} : { projection: hide };
  const options = { ...projection, promoteBuffers: promoteBuffers ?? false, ...forClients };
  // The filter is the query's own plus conditions for fields that every T has.
  const conditions = filter as mongo.Filter<T>;
  return collection.find<T>(conditions, { sort, limit, ...options }).toArray();
}

/** What fits on the page of what was found, which is one more where there is a next page. */
export function cutPage<T>(found: T[], page: { limit: number; toCursor: (last: T) => string }): PageOf<T> {
  const items = found.slice(0, page.limit);
  const last = items.at(-1);
  const isMore = found.length > page.limit && last !== undefined;
  return { items, nextCursor: isMore ? page.toCursor(last) : null };
}
