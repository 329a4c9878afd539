import { ensureIndex, type IndexPlan, isMongoCode, type MongoDatabase } from './migration.ts';

/** Days that records are kept (architecture, Collections). */
export interface Retention {
  /** From `createdAt`. */
  eventDays: number;
  /** From when the answer was last seen. */
  observationDays: number;
  deliveredDays: number;
  /** Dead and cancelled deliveries, from their end; those that wait to be pulled, from `createdAt`. */
  deadDays: number;
  /** Inbound bodies, from when they were parsed. */
  inboxDays: number;
}

export const defaultRetention: Retention = {
  eventDays: 400,
  observationDays: 400,
  deliveredDays: 30,
  deadDays: 90,
  inboxDays: 90,
};

const SECONDS_PER_DAY = 86_400;
const INDEX_OPTIONS_CONFLICT = 85;
const INDEX_KEY_SPECS_CONFLICT = 86;

/** Makes the server delete what is older, by TTL indexes; with other days, what is stored already follows. */
export async function applyRetention(database: MongoDatabase, retention: Retention): Promise<void> {
  for (const plan of plansOf(retention)) {
    try {
      await ensureIndex(database, plan);
    } catch (error) {
      if (!isMongoCode(error, INDEX_OPTIONS_CONFLICT) && !isMongoCode(error, INDEX_KEY_SPECS_CONFLICT))
        throw error;
      const { collection, name, expireAfterSeconds } = plan;
      await database.command({ collMod: collection, index: { name, expireAfterSeconds } });
    }
  }
}

function plansOf(retention: Retention): IndexPlan[] {
  return [
    toPlan('events', { field: 'createdAt', days: retention.eventDays }),
    toPlan('observations', { field: 'lastAt', days: retention.observationDays }),
    toPlan('deliveries', { field: 'deliveredAt', days: retention.deliveredDays }),
    toPlan('deliveries', { field: 'endedAt', days: retention.deadDays }),
    toPlan('inbox', { field: 'parsedAt', days: retention.inboxDays }),
  ];
}

function toPlan(collection: string, { field, days }: { field: string; days: number }): IndexPlan {
  if (!(days > 0 && Number.isFinite(days))) throw new RangeError('Records are kept for more than 0 days');
  const expireAfterSeconds = Math.round(days * SECONDS_PER_DAY);
  return { collection, name: `retention_${field}`, key: { [field]: 1 }, expireAfterSeconds };
}
