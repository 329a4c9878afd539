import type { ReadPaused, TraceRepository } from '@envase/db';
import { type Clock, type Logger, type Looking, lookAgain, type Metrics } from '@envase/runtime';

const graceMs = 60_000;

export interface OverdueWatch extends Looking {
  /** One look by hand. */
  look(): Promise<void>;
}

/**
 * The reconciler's figure: traces overdue by more than a minute, which stays zero where the platform keeps its promise. What an
 * operator has paused is not overdue.
 */
export function watchOverdue(deps: {
  traces: Pick<TraceRepository, 'countOverdue' | 'countTracing'>;
  readPaused: ReadPaused;
  clock: Clock;
  metrics: Metrics;
  logger: Logger;
  /** Between looks, 15 s unless given. */
  everyMs?: number;
}): OverdueWatch {
  const { traces, readPaused, clock, metrics, logger, everyMs = 15_000 } = deps;
  const overdue = metrics.gauge({ name: 'envase_traces_overdue', help: 'Traces due for more than a minute' });
  const tracing = metrics.gauge({
    name: 'envase_traces_tracing',
    help: 'Traces being traced',
    labels: ['provider'],
  });
  const look = async () => {
    overdue.set(await traces.countOverdue(new Date(clock.now() - graceMs), await readPaused()));
    const counts = Object.entries(await traces.countTracing());
    // A provider whose last trace has ended is no longer counted.
    tracing.reset();
    for (const [provider, count] of counts) tracing.set({ provider }, count);
  };
  const looking = lookAgain({ everyMs, look, what: 'Overdue traces could not be counted', logger });
  return { look, stop: looking.stop };
}
