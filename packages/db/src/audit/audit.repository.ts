import type { Connection, mongo } from 'mongoose';
import { requireDate, requireLimit, requireText, requireWhole } from '../check-values.ts';
import { durable, forClients, forWork, isSet, quick } from '../concerns.ts';
import { shield, writesOnce } from '../failures.ts';
import { collectionOf } from '../models.ts';
import type { AuditCallDoc, AuditRepository, AuditRowDoc } from './audit-documents.ts';

/** The note of a call that has no row yet. */
interface OpenCallDoc {
  /** `<chain>~open~<callId>`: never the `_id` of a row. */
  _id: string;
  openedAt: Date;
  call: AuditCallDoc;
}

// Rows and notes share the collection; no field belongs to both.
type Stored = Partial<AuditRowDoc> & Partial<OpenCallDoc> & { _id: string };
type Audit = mongo.Collection<Stored>;

/** The condition of the index of rows. */
const isRow = { $gt: 0 } as const;
const VERIFY_MS = 10 * 60_000;

/** The audit: rows are only ever added. Methods throw `unavailable` while the database is away. */
export function createAuditRepository(connection: Connection): AuditRepository {
  const audit = collectionOf<Stored>(connection, 'audit');
  return shield<AuditRepository>({ ...notes(audit), ...rows(audit) });
}

function notes(audit: Audit): Pick<AuditRepository, 'open' | 'close' | 'findOpen'> {
  return {
    open: async (call) => {
      const openedAt = requireDate(call.at, 'at');
      // The same call again: the driver sent it twice.
      await writesOnce(audit.insertOne({ _id: noteIdOf(call), openedAt, call }, durable));
    },
    close: async (call) => {
      await audit.deleteOne({ _id: noteIdOf(call) }, quick);
    },
    findOpen: async (before, limit) => {
      const filter = { openedAt: { ...isSet, $lt: requireDate(before, 'before') } };
      const options = { sort: { openedAt: 1 }, limit: requireLimit(limit), ...forWork } as const;
      const found = await audit.find(filter, options).toArray();
      return found.flatMap(({ call }) => (call === undefined ? [] : [call]));
    },
  };
}

function noteIdOf({ chain, callId }: Pick<AuditCallDoc, 'chain' | 'callId'>): string {
  return `${requireText(chain, 'chain')}~open~${requireText(callId, 'callId')}`;
}

function rows(audit: Audit): Pick<AuditRepository, 'head' | 'insert' | 'chains' | 'forEachRow'> {
  return {
    head: async (chain) => {
      const options = { projection: { _id: 0, n: 1, hash: 1 }, sort: { n: -1 }, ...forClients } as const;
      const found = await audit.findOne({ chain: requireText(chain, 'chain'), n: isRow }, options);
      return found && { n: requireWhole(found.n, 'n'), hash: requireText(found.hash, 'hash') };
    },
    insert: async (row) => {
      requireText(row._id, 'id of a row');
      requireWhole(row.n, 'n');
      const callId = requireText(row.callId, 'callId');
      if (await writesOnce(audit.insertOne({ ...row }, durable))) return true;
      return (await audit.findOne({ callId }, { projection: { _id: 1 }, ...forClients })) !== null;
    },
    chains: async () => {
      const groups = [{ $match: { chain: { $gt: '' }, n: isRow } }, { $group: { _id: '$chain' } }];
      const found = await audit.aggregate<{ _id: string }>(groups, forWork).toArray();
      return found.map(({ _id }) => _id).sort();
    },
    forEachRow: async (chain, visit) => {
      const filter = { chain: requireText(chain, 'chain'), n: isRow };
      const options = { sort: { n: 1 }, batchSize: 500, maxTimeMS: VERIFY_MS } as const;
      // Whatever stands there: who visits judges it.
      for await (const row of audit.find<AuditRowDoc>(filter, options)) visit(row);
    },
  };
}
