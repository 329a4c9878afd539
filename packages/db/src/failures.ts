import { AppError } from '@envase/runtime';
import { mongo } from 'mongoose';

const DUPLICATE_KEY = 11000;
const RETRY_AFTER_SECONDS = 1;

const unreachable = [
  mongo.MongoServerSelectionError,
  mongo.MongoNetworkError,
  mongo.MongoWriteConcernError,
  mongo.MongoNotConnectedError,
  mongo.MongoTopologyClosedError,
  mongo.MongoClientClosedError,
  mongo.MongoServerClosedError,
  mongo.MongoExpiredSessionError,
];

// Raised by the driver and by mongoose without an exported class.
const unreachableNames = new Set([
  'MongoWaitQueueTimeoutError',
  'MongooseServerSelectionError',
  'MongoPoolClosedError',
]);

// MongoDB error codes: time limits (50, 262), write concern (64, 100), network (6, 7, 89, 9001), stepping down and
// shutting down (91, 189, 10058, 10107, 11600, 11602, 13435, 13436).
const unreachableCodes = new Set([
  6, 7, 50, 64, 89, 91, 100, 189, 262, 9001, 10058, 10107, 11600, 11602, 13435, 13436,
]);

/** Whether another try, later, may succeed: the server was away, too slow, or could not confirm in time. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (unreachable.some((kind) => error instanceof kind) || unreachableNames.has(error.name)) return true;
  if (error instanceof mongo.MongoBulkWriteError && isBulkUnavailable(error)) return true;
  if (!(error instanceof mongo.MongoServerError)) return false;
  return error.hasErrorLabel('RetryableWriteError') || unreachableCodes.has(Number(error.code));
}

function isBulkUnavailable(error: mongo.MongoBulkWriteError): boolean {
  // A lost connection stands where the server's answer would.
  return Boolean(error.result.getWriteConcernError()) || isUnavailable(error.errorResponse);
}

/** `unavailable` with a retry hint for what `isUnavailable`, everything else as it was thrown. */
export function translate(error: unknown): unknown {
  if (!isUnavailable(error)) return error;
  return new AppError('unavailable', 'The database did not answer in time', {
    cause: error,
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}

type Methods<T> = { [K in keyof T]: (...parameters: never[]) => Promise<unknown> };

/** The same repository, whose methods throw `unavailable` while the database is away. */
export function shield<T extends Methods<T>>(repository: T): T {
  const shielded: Partial<Record<keyof T, unknown>> = {};
  // A repository is a plain object: its keys are those of its type.
  for (const name of Object.keys(repository) as (keyof T)[]) {
    const method = repository[name];
    shielded[name] = async (...parameters: never[]) => {
      try {
        return await method(...parameters);
      } catch (error) {
        throw translate(error);
      }
    };
  }
  // Every method was wrapped with its own parameters and result.
  return shielded as T;
}

export function isDuplicate(error: unknown): boolean {
  return error instanceof mongo.MongoServerError && error.code === DUPLICATE_KEY;
}

/** True when it was written, false when its key is taken. */
export async function writesOnce(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}

/** Positions in an unordered bulk write that found their key taken; throws when anything else went wrong. */
export function duplicatePositions(error: unknown): number[] {
  if (!(error instanceof mongo.MongoBulkWriteError) || isUnavailable(error)) throw error;
  const failures = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
  // None: it failed as a whole.
  if (failures.length === 0 || failures.some((failure) => failure.code !== DUPLICATE_KEY)) throw error;
  return failures.map((failure) => failure.index);
}
