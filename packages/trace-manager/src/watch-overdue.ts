import type { TraceRepository } from '@envase/db';
import { asError, type Clock, type Logger, type Metrics } from '@envase/runtime';

const everyMs = 15_000;
const graceMs = 60_000;

/** The reconciler's figure: traces overdue by more than a minute, which stays zero where the platform keeps its promise. */
export function watchOverdue(deps: {
  traces: TraceRepository;
  clock: Clock;
  metrics: Metrics;
  logger: Logger;
}): { stop(): void } {
  const { traces, clock, metrics, logger } = deps;
  const overdue = metrics.gauge({ name: 'envase_traces_overdue', help: 'Traces due for more than a minute' });
  const tracing = metrics.gauge({
    name: 'envase_traces_tracing',
    help: 'Traces being traced',
    labels: ['provider'],
  });
  const look = async () => {
    overdue.set(await traces.countOverdue(new Date(clock.now() - graceMs)));
    for (const [provider, count] of Object.entries(await traces.countTracing()))
      tracing.set({ provider }, count);
  };
  const timer = setInterval(() => {
    look().catch((error: unknown) =>
      logger.warn({ err: asError(error) }, 'Overdue traces could not be counted'),
    );
  }, everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
