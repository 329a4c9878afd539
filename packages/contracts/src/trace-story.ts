import { z } from 'zod';
import { change, moment } from './results.ts';
import { canonicalStatuses } from './vocabulary.ts';

/** Which rule decided when a trace runs, and which lost (contract s9, explain). */
export const why = z.object({
  rule: z.string(),
  inputs: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  losers: z.array(z.object({ rule: z.string(), reason: z.string() })),
});

/** One result or stop that a trace told (contract s9, history). */
export const historyEntry = z.object({
  eventId: z.uuid(),
  sequence: z.int().positive(),
  createdAt: moment,
  action: z.string(),
  status: z.enum(canonicalStatuses),
  changes: z.array(change),
});
export type HistoryEntry = z.output<typeof historyEntry>;

/** What a provider said about one box (contract s9, observations); `raw` and `normalized` are null unless `kind` is `answer`. */
export const observationEntry = z.object({
  id: z.string(),
  kind: z.enum(['answer', 'failure', 'receipt']),
  observedAt: moment,
  lastAt: moment,
  times: z.int().positive(),
  hash: z.string(),
  mapperVersion: z.string(),
  raw: z.unknown(),
  normalized: z.looseObject({}).nullable(),
});
export type ObservationEntry = z.output<typeof observationEntry>;

/** Why a trace ran last and runs next when it does (contract s9, explain). */
export const traceExplanation = z.object({
  last: z.object({ at: moment.nullable(), why }).nullable(),
  next: why.extend({ at: moment }).nullable(),
  blockedBy: z.array(z.object({ what: z.string(), until: moment.nullable() })),
  sooner: z.array(z.string()),
});
export type TraceExplanation = z.output<typeof traceExplanation>;
