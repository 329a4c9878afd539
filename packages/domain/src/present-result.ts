import type { ContainerResult } from '@envase/contracts';
import { unknownState } from './fold/fold.ts';
import type { TraceState } from './trace-state.ts';

export interface PresentedTrace {
  /** Normalized: results name this one. */
  number: string;
  /** As published. */
  providerId: string;
  siteId: string;
}

export interface PresentedMoment {
  changes: ContainerResult['changes'];
  nextTraceAt: Date | null;
  tracedAt: Date | null;
  now: Date;
  /** A secret: only where the owner asked for it. */
  pickupNumber?: string | null;
}

// A pump that is this late is late for a reason, and what is known is older than it should be.
const overdueMs = 15 * 60_000;

/**
 * The payload of a container's result (contract s4): every documented field, `null` or empty where there is no value. `stale`:
 * the source failed or lost the box since, or the next trace is overdue. Null state: nothing is known yet.
 */
export function presentContainerResult(
  trace: PresentedTrace,
  state: TraceState | null,
  at: PresentedMoment,
): ContainerResult {
  const known = state ?? unknownState;
  return {
    containerNumber: trace.number,
    id: trace.number,
    description: known.description,
    length: known.length,
    isoType: known.isoType,
    tracedAt: at.tracedAt?.toISOString() ?? null,
    nextTraceAt: at.nextTraceAt?.toISOString() ?? null,
    loaded: known.loaded,
    steamshipBL: known.billOfLading,
    pickupNumber: at.pickupNumber ?? null,
    carrier: known.carrier,
    providerId: trace.providerId,
    siteId: trace.siteId,
    destination: known.destination,
    status: known.status,
    events: known.events,
    changes: at.changes,
    lastFreeDay: known.lastFreeDay,
    fees: known.fees,
    freshness: presentFreshness(known, at),
  };
}

export function presentFreshness(
  { observedAt, providerUpdatedAt, stale }: TraceState,
  { nextTraceAt, now }: Pick<PresentedMoment, 'nextTraceAt' | 'now'>,
): ContainerResult['freshness'] {
  const isOverdue = nextTraceAt !== null && now.getTime() - nextTraceAt.getTime() > overdueMs;
  return { observedAt, providerUpdatedAt, stale: stale || isOverdue };
}
