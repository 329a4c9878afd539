import type { mongo } from 'mongoose';
import { requireLimit } from './check-values.ts';
import { forClients } from './concerns.ts';
import { decodeCursor, encodeCursor, type Mark } from './cursor.ts';
import type { PageOf, PageRequest } from './repositories.ts';

interface PageQuery<T extends { _id: string }> {
  collection: mongo.Collection<T>;
  /** Names the list in its cursors. */
  kind: string;
  filter: mongo.Filter<T>;
  page: PageRequest;
  /** Properties that are not part of the document. */
  hide?: Record<string, 0>;
  /** Whether an id can stand in this list: a cursor of another one is refused. */
  isOwn?: (id: string) => boolean;
}

/** A page in falling order of `_id`, for ids that rise with time: stable while items are added (contract s10). */
export async function readPageById<T extends { _id: string }>(query: PageQuery<T>): Promise<PageOf<T>> {
  const limit = requireLimit(query.page.limit);
  const mark = readMark(query);
  const filter = mark === null ? query.filter : { ...query.filter, _id: below(query.filter._id, mark.id) };
  const found = await find(query, filter, { sort: { _id: -1 }, limit: limit + 1 });
  return cut(found, limit, (last) => encodeCursor(query.kind, { id: last._id }));
}

/** A page in falling order of `createdAt`, then `_id`, for ids that say nothing of time. */
export async function readPageByCreation<T extends { _id: string; createdAt: Date }>(
  query: PageQuery<T>,
): Promise<PageOf<T>> {
  const limit = requireLimit(query.page.limit);
  const mark = readMark(query);
  const sort = { createdAt: -1, _id: -1 } as const;
  const found: T[] = [];
  // Two reads instead of one `$or`: each follows the index from where the page before ended.
  for (const start of startsAfter(mark)) {
    if (found.length > limit) break;
    const filter = { ...query.filter, ...start };
    found.push(...(await find(query, filter, { sort, limit: limit + 1 - found.length })));
  }
  return cut(found, limit, (last) => encodeCursor(query.kind, { id: last._id, at: last.createdAt }));
}

function readMark<T extends { _id: string }>({ page, kind, isOwn }: PageQuery<T>): Mark | null {
  return page.cursor === undefined ? null : decodeCursor(kind, page.cursor, isOwn ?? (() => true));
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
  { collection, hide }: PageQuery<T>,
  filter: object,
  options: mongo.FindOptions,
): Promise<T[]> {
  const projection = hide === undefined ? {} : { projection: hide };
  // The filter is the query's own plus conditions for fields that every T has.
  const conditions = filter as mongo.Filter<T>;
  return collection.find<T>(conditions, { ...options, ...projection, ...forClients }).toArray();
}

function cut<T>(found: T[], limit: number, toCursor: (last: T) => string): PageOf<T> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const isMore = found.length > limit && last !== undefined;
  return { items, nextCursor: isMore ? toCursor(last) : null };
}
