import type { Connection, mongo } from 'mongoose';
import { requireDate, requireLimit, requireText, requireWhole } from '../check-values.ts';
import { forClients, quick } from '../concerns.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { duplicatePositions, shield } from '../failures.ts';
import { collectionOf } from '../models.ts';
import { cutPage } from '../read-page.ts';
import { type Scope, scopeOf } from '../tenancy.ts';
import { assertScoped } from '../tenant-guard.ts';
import {
  type UsageCounts,
  type UsageDay,
  type UsageDoc,
  type UsageIncrement,
  type UsageRepository,
  usageCounts,
} from './usage-documents.ts';

type Usage = mongo.Collection<UsageDoc>;

const kind = 'usage';
const dayMs = 86_400_000;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Daily counts. Methods throw `unavailable` while the database is away. */
export function createUsageRepository(connection: Connection): UsageRepository {
  const usage = collectionOf<UsageDoc>(connection, 'usage');
  return shield<UsageRepository>({
    add: async (increments) => {
      const lost = await add(usage, increments);
      // Two programs began the same day at once: it is there now.
      if (lost.length > 0) await add(usage, lost);
    },
    list: async (tenant, range, page) => {
      const limit = requireLimit(page.limit);
      const dates = listDates(range, page.cursor, limit + 1);
      const cut = cutPage(dates, { limit, toCursor: (date) => encodeCursor(kind, { id: date }) });
      const counted = await sumUp(usage, scopeOf(tenant), cut.items);
      return { items: cut.items.map((date) => toDay(date, counted.get(date))), nextCursor: cut.nextCursor };
    },
  });
}

/** Resolves to those that a concurrent first write of their day refused. */
async function add(usage: Usage, increments: readonly UsageIncrement[]): Promise<UsageIncrement[]> {
  if (increments.length === 0) return [];
  const writes = increments.map((increment) => ({ updateOne: toUpdate(increment) }));
  try {
    await usage.bulkWrite(writes, { ordered: false, ...quick });
    return [];
  } catch (error) {
    return duplicatePositions(error).flatMap((position) => increments[position] ?? []);
  }
}

function toUpdate({ date, orgId, svcId, ...counts }: UsageIncrement): mongo.UpdateOneModel<UsageDoc> {
  if (!DATE.test(requireText(date, 'date'))) throw new TypeError('date must be a day');
  const _id = `${date}~${requireText(orgId, 'orgId')}~${requireText(svcId, 'svcId')}`;
  const wanted = usageCounts.filter((name) => counts[name] !== undefined);
  const $inc = Object.fromEntries(wanted.map((name) => [name, requireWhole(counts[name], name)]));
  return { filter: { _id }, update: { $setOnInsert: { date, orgId, svcId }, $inc }, upsert: true };
}

/** The days of a range after a cursor, at most so many. */
function listDates(
  { since, until }: { since: Date; until: Date },
  cursor: string | undefined,
  most: number,
): string[] {
  const end = requireDate(until, 'until').getTime();
  const after = cursor === undefined ? null : decodeCursor({ kind, timed: false, isOwn: isDate }, cursor).id;
  const begin = after === null ? requireDate(since, 'since').getTime() : Date.parse(after) + dayMs;
  const dates: string[] = [];
  for (let at = Math.floor(begin / dayMs) * dayMs; at < end && dates.length < most; at += dayMs) {
    dates.push(new Date(at).toISOString().slice(0, 10));
  }
  return dates;
}

function isDate(text: string): boolean {
  return DATE.test(text) && !Number.isNaN(Date.parse(text));
}

/** One read of the index of the organizations, however much was done. */
async function sumUp(
  usage: Usage,
  scope: Scope,
  dates: readonly string[],
): Promise<Map<string, UsageCounts>> {
  const [first] = dates;
  const last = dates.at(-1);
  if (first === undefined || last === undefined) return new Map();
  const filter = { ...scope, date: { $gte: first, $lte: last } };
  assertScoped(filter);
  const sums = Object.fromEntries(usageCounts.map((name) => [name, { $sum: `$${name}` }]));
  const pipeline = [{ $match: filter }, { $group: { _id: '$date', ...sums } }];
  const rows = await usage.aggregate<UsageCounts & { _id: string }>(pipeline, forClients).toArray();
  return new Map(rows.map(({ _id, ...counts }) => [_id, counts]));
}

function toDay(date: string, counts: UsageCounts | undefined): UsageDay {
  const { published = 0, tracing = 0, providerRequests = 0, delivered = 0, failed = 0 } = counts ?? {};
  return { date, published, tracing, providerRequests, delivered, failed };
}
