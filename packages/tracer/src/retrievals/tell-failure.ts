import type { FailureReport, ObservationRepository, TraceRepository } from '@envase/db';
import type { ProviderManifest } from '@envase/providers';
import type { Clock } from '@envase/runtime';
import { observeFailure } from '../runs/observe.ts';
import type { Tellings } from '../runs/tellings.ts';
import type { SeeSettled } from '../told/see-settled.ts';

export interface TellFailureDeps {
  manifest: Pick<ProviderManifest, 'id' | 'mapperVersion'>;
  traces: Pick<TraceRepository, 'findDue' | 'getMany'>;
  observations: Pick<ObservationRepository, 'record'>;
  tellings: Pick<Tellings, 'open'>;
  settled: Pick<SeeSettled, 'askToSettle'>;
  clock: Clock;
}

/** Boxes that a failed retrieval is told of, most valuable first. */
const mostTraces = 1_000;
const endOfTime = new Date('9999-12-31T00:00:00Z');

/**
 * A failed retrieval is a failed attempt for every box that waits at the provider (contract s4, `TRACE_ERROR`): told in the same windows
 * as any other. The trace that carries the news of its organization looks by itself soon, as after a failure of its own.
 */
export function createTellFailure(deps: TellFailureDeps) {
  const { manifest, traces, observations, tellings, settled, clock } = deps;
  return async (failure: FailureReport): Promise<void> => {
    const waiting = await traces.findDue(manifest.id, endOfTime, { limit: mostTraces });
    const found = await traces.getMany(waiting.map(({ _id }) => _id));
    const tells = await tellings.open(found, failure.code);
    const by = { mapperVersion: manifest.mapperVersion, now: clock.now() };
    const news = found.flatMap((trace) => {
      const tell = tells.get(trace._id);
      return tell ? [observeFailure(trace, { ...failure, tell }, by)] : [];
    });
    if (news.length === 0) return;
    await observations.record(news);
    await settled.askToSettle(news.map(({ traceId }) => traceId));
  };
}
