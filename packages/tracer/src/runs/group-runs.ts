import type { TraceDoc } from '@envase/db';

/** Traces that one provider request can answer: same service, same site, at most the batch size of boxes. */
export interface RunGroup {
  service: TraceDoc['service'];
  siteId: string;
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
    const key = `${trace.service}|${trace.siteId}`;
    const home = homes.get(`${key}|${trace.number}`);
    if (home) {
      home.traces.push(trace);
      continue;
    }
    let group = open.get(key);
    if (!group || group.numbers.length >= batchSize) {
      group = { service: trace.service, siteId: trace.siteId, numbers: [], traces: [] };
      open.set(key, group);
      groups.push(group);
    }
    group.numbers.push(trace.number);
    group.traces.push(trace);
    homes.set(`${key}|${trace.number}`, group);
  }
  return groups;
}
