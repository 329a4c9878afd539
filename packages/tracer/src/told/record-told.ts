import type { ObservationDoc, ObservationRepository, TraceDoc, TraceRepository } from '@envase/db';
import { normalizeNumber } from '@envase/domain';
import { findSite, type Provider, type Told } from '@envase/providers';
import type { Clock } from '@envase/runtime';
import { waitingRule } from '../runs/ask-provider.ts';
import { observeAnswer } from '../runs/observe.ts';

export interface RecordToldDeps {
  provider: Provider;
  traces: Pick<TraceRepository, 'findTracing'>;
  observations: Pick<ObservationRepository, 'record'>;
  clock: Clock;
  /** From this word to the look for what never came; real milliseconds. */
  waitMs: number;
}

/** Stores what was said of boxes, in order, and resolves to the traces that it concerns. */
export type RecordTold = (told: readonly Told[]) => Promise<string[]>;

/**
 * What a provider says by itself is for every trace of the box, whoever owns it: one observation each. A box that nobody traces
 * has none; where it was said stays what keeps it.
 */
export function createRecordTold(deps: RecordToldDeps): RecordTold {
  const { provider, traces, observations, clock } = deps;
  return async (told) => {
    const named = told.map((one) => ({ ...one, number: normalizeNumber(one.number) }));
    const numbers = [...new Set(named.map(({ number }) => number))];
    const found = await traces.findTracing(provider.manifest.id, numbers);
    const now = clock.now();
    const observed = named.flatMap(({ number, slice }) =>
      found.filter((trace) => trace.number === number).map((trace) => observe(trace, slice, { deps, now })),
    );
    if (observed.length > 0) await observations.record(observed);
    return [...new Set(observed.map(({ traceId }) => traceId))];
  };
}

function observe(trace: TraceDoc, slice: unknown, by: { deps: RecordToldDeps; now: number }): ObservationDoc {
  const { provider, waitMs } = by.deps;
  const zone = findSite(provider.manifest, trace.siteId)?.timeZone ?? null;
  const reference = trace.awaiting?.reference;
  const receipt = reference ? { reference, waitMs, rule: waitingRule({ isStanding: true }) } : undefined;
  return observeAnswer(trace, slice, { provider, zone, now: by.now, receipt });
}
