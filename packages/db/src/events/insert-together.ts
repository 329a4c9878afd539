import type { mongo } from 'mongoose';
import { storing } from '../concerns.ts';
import type { EventDoc } from '../documents.ts';
import { duplicatePositions, isUnavailable, writesOnce } from '../failures.ts';

/** Inserts under way at once; below it every event goes at once and alone. */
const MAX_UNDER_WAY = 4;
/** 100 of the largest publishes are half of what one message may hold. */
const MAX_TOGETHER = 100;

interface Waiting extends PromiseWithResolvers<boolean> {
  event: EventDoc;
}

/** True when it was written, on disk at a majority; false when one of its keys is taken. */
export type InsertOnce = (event: EventDoc) => Promise<boolean>;

/**
 * Inserts what comes while the database is busy together: a command and its wait for the disk cost a busy process and the server
 * several times what one more event in them does. Nobody waits longer than for the inserts that were under way.
 */
export function createInsertTogether(events: mongo.Collection<EventDoc>): InsertOnce {
  const waiting: Waiting[] = [];
  let underWay = 0;
  const ended = () => {
    underWay -= 1;
    insertWaiting();
  };
  const insertWaiting = () => {
    if (waiting.length === 0 || underWay === MAX_UNDER_WAY) return;
    underWay += 1;
    insertGroup(events, waiting.splice(0, MAX_TOGETHER)).then(ended, ended);
  };
  return (event) => {
    const one = { event, ...Promise.withResolvers<boolean>() };
    waiting.push(one);
    insertWaiting();
    return one.promise;
  };
}

/** Settles every one of them, whatever became of the others. */
async function insertGroup(events: mongo.Collection<EventDoc>, group: readonly Waiting[]): Promise<void> {
  const [only] = group;
  if (only && group.length === 1) return insertAlone(events, only);
  try {
    const documents = group.map(({ event }) => event);
    const taken = await insertAll(events, documents);
    for (const [position, one] of group.entries()) one.resolve(!taken.has(position));
  } catch (error) {
    if (isUnavailable(error)) for (const one of group) one.reject(error);
    // One that cannot be stored is no reason for the others.
    else await Promise.all(group.map((one) => insertAlone(events, one)));
  }
}

/** Positions of those whose keys are taken. */
async function insertAll(events: mongo.Collection<EventDoc>, documents: EventDoc[]): Promise<Set<number>> {
  try {
    await events.insertMany(documents, { ordered: false, ...storing });
    return new Set();
  } catch (error) {
    return new Set(duplicatePositions(error));
  }
}

async function insertAlone(events: mongo.Collection<EventDoc>, one: Waiting): Promise<void> {
  await writesOnce(events.insertOne(one.event, storing)).then(one.resolve, one.reject);
}
