/** For every write that backs an answer (architecture, Collections): on disk at a majority when it resolves. */
export const durable = { writeConcern: { w: 'majority', j: true, wtimeoutMS: 5_000 } } as const;

/** For leases and look-again times, which are lost without harm. */
export const quick = { writeConcern: { w: 1 } } as const;

/** For documents: an absent property stays absent. Never for filters alone: there an absent value must not vanish. */
export const storing = { ...durable, ignoreUndefined: true } as const;

/** Reads that a client waits for. */
export const forClients = { maxTimeMS: 5_000 } as const;

/** Reads of workers and metrics. */
export const forWork = { maxTimeMS: 30_000 } as const;

/**
 * The condition of indexes that hold only what is owed. A query that repeats it uses such an index, on every engine:
 * `$exists` would be as legal, but is not recognised by all of them.
 */
export const isSet = { $gt: new Date(0) } as const;
