import type { TraceDoc } from '@envase/db';
import type { TestTrip } from '@envase/providers';

/** Traces that one provider request can answer: same service, same site, at most the batch size of boxes. */
export interface RunGroup {
  service: TraceDoc['service'];
  siteId: string;
  /** `look`: all of them have an order outstanding. */
  step: 'ask' | 'look';
  /** Of test traces: what all of them play, since the same moment. */
  trip?: TestTrip;
  /** Each box once, however many organizations trace it. */
  numbers: string[];
  traces: TraceDoc[];
}

/** Splits due traces into as few requests as the provider allows (quality P8). Pure; keeps the order of arrival. */
export function groupRuns(traces: readonly TraceDoc[], batchSize: number): RunGroup[] {
  const groups: RunGroup[] = [];
  const open = new Map<string, RunGroup>();
  const homes = new Map<string, RunGroup>();
  for (const trace of traces) {
    const step = trace.awaiting ? 'look' : 'ask';
    const trip = tripOf(trace);
    const key = `${step}|${trace.service}|${trace.siteId}|${trip?.scenario}|${trip?.startedAt}`;
    const box = `${key}|${trace.number}|${trace.awaiting?.reference ?? ''}`;
    const home = homes.get(box);
    if (home) {
      home.traces.push(trace);
      continue;
    }
    let group = open.get(key);
    if (!group || group.numbers.length >= batchSize) {
      const { service, siteId } = trace;
      group = { service, siteId, step, ...(trip && { trip }), numbers: [], traces: [] };
      open.set(key, group);
      groups.push(group);
    }
    group.numbers.push(trace.number);
    group.traces.push(trace);
    homes.set(box, group);
  }
  return groups;
}

function tripOf({ isTest, scenario = '', tripStartedAt }: TraceDoc): TestTrip | undefined {
  return isTest ? { scenario, startedAt: tripStartedAt.toISOString() } : undefined;
}
