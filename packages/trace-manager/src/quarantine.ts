import type { EventRepository, TraceRepository } from '@envase/db';
import type { Clock, Metrics } from '@envase/runtime';

// Every return of a job that kills costs its worker three deaths.
const restMs = 5 * 60_000;

interface Quarantined<Data> {
  queue: string;
  data: Data;
}

/**
 * What to do with jobs that ended their worker three times, the last time alone (quality R11): what they were about rests for 5 min in
 * MongoDB, or the pumps would bring it back at once. The failed job stays on the board, the counter alarms.
 */
export function createQuarantine(deps: {
  events: Pick<EventRepository, 'postpone'>;
  traces: Pick<TraceRepository, 'get' | 'swap'>;
  clock: Clock;
  metrics: Metrics;
}) {
  const { events, traces, clock, metrics } = deps;
  const quarantined = metrics.counter({
    name: 'envase_jobs_quarantined_total',
    help: 'Jobs that ended their worker when they ran alone',
    labels: ['queue'],
  });
  return {
    async request({ queue, data }: Quarantined<{ eventId: string }>): Promise<void> {
      quarantined.inc({ queue });
      await events.postpone([data.eventId], new Date(clock.now() + restMs));
    },
    async settling({ queue, data }: Quarantined<{ traceId: string }>): Promise<void> {
      quarantined.inc({ queue });
      await rest(traces, data.traceId, new Date(clock.now() + restMs));
    },
  };
}

/** `nextTraceAt` stays as it is: the trace is overdue, and counts as that. */
async function rest(
  traces: Pick<TraceRepository, 'get' | 'swap'>,
  traceId: string,
  until: Date,
): Promise<void> {
  for (;;) {
    const trace = await traces.get(traceId);
    if (!trace) return;
    const outboxAt = trace.outboxAt ? { outboxAt: until } : {};
    const resting = { ...trace, ...outboxAt, rev: trace.rev + 1, queuedUntil: until };
    if ((await traces.swap([{ expectedRev: trace.rev, trace: resting }])).length === 0) return;
  }
}
