import type { PriorityClass } from '@envase/domain';
import { requireTexts } from '../check-values.ts';
import { forWork, isSet } from '../concerns.ts';
import type { TraceDoc } from '../documents.ts';
import type { Traces } from './stored-trace.ts';

export type DueTrace = Pick<TraceDoc, '_id' | 'priority' | 'nextTraceAt'>;

interface Wanted {
  via: string;
  now: Date;
  limit: number;
  /** Organizations that an operator has paused: few, or none. */
  withoutOrgIds: readonly string[];
}

/**
 * Due and not leased, by class, then by time. The lowest class keeps a tenth of the room, so it moves on whatever the others
 * need (architecture, Scheduling).
 */
export async function findDueTraces(traces: Traces, wanted: Wanted): Promise<DueTrace[]> {
  const { limit } = wanted;
  const urgent: DueTrace[] = [];
  for (const priority of [0, 1, 2] as const) {
    const missing = limit - urgent.length;
    if (missing > 0) urgent.push(...(await findOfClass(traces, { ...wanted, limit: missing, priority })));
  }
  const reserved = Math.max(limit - urgent.length, Math.floor(limit / 10));
  if (reserved === 0) return urgent;
  const lowest = await findOfClass(traces, { ...wanted, limit: reserved, priority: 3 });
  return [...urgent.slice(0, limit - lowest.length), ...lowest];
}

function findOfClass(
  traces: Traces,
  { via, now, limit, withoutOrgIds, priority }: Wanted & { priority: PriorityClass },
): Promise<DueTrace[]> {
  const filter = { via, priority, pumpAt: { ...isSet, $lte: now }, ...withoutOrganizations(withoutOrgIds) };
  const projection = { _id: 1, priority: 1, nextTraceAt: 1 } as const;
  return traces.find<DueTrace>(filter, { projection, sort: { pumpAt: 1 }, limit, ...forWork }).toArray();
}

/** One more condition would keep some engines from the index, so it is there only while somebody is paused. */
export function withoutOrganizations(orgIds: readonly string[]): { orgId?: { $nin: string[] } } {
  return orgIds.length === 0 ? {} : { orgId: { $nin: requireTexts(orgIds, 'orgId') } };
}
