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
  /** By number, of boxes whose publisher gave one. */
  billsOfLading: Map<string, string>;
  traces: TraceDoc[];
}

/**
 * Splits due traces into as few requests as the provider allows (quality P8). Who knows a box's bill of lading never shares an answer
 * with who does not (quality S1). Pure; keeps the order of arrival.
 */
export function groupRuns(traces: readonly TraceDoc[], batchSize: number): RunGroup[] {
  const groups: RunGroup[] = [];
  const open = new Map<string, RunGroup>();
  const homes = new Map<string, RunGroup>();
  const billsOf = new Map<string, string[]>();
  for (const trace of traces) {
    const step = trace.awaiting ? 'look' : 'ask';
    const trip = tripOf(trace);
    const place = `${step}|${trace.service}|${trace.siteId}|${trip?.scenario}|${trip?.startedAt}`;
    // A request names one bill per box: another one goes into another request.
    const key = `${place}|${rankBill(trace, { place, billsOf })}`;
    const box = `${key}|${trace.number}|${trace.awaiting?.reference ?? ''}`;
    const home = homes.get(box);
    if (home) {
      home.traces.push(trace);
      continue;
    }
    let group = open.get(key);
    if (!group || group.numbers.length >= batchSize) {
      const { service, siteId } = trace;
      const empty = { numbers: [], billsOfLading: new Map(), traces: [] };
      group = { service, siteId, step, ...(trip && { trip }), ...empty };
      open.set(key, group);
      groups.push(group);
    }
    group.numbers.push(trace.number);
    if (trace.billOfLading) group.billsOfLading.set(trace.number, trace.billOfLading);
    group.traces.push(trace);
    homes.set(box, group);
  }
  return groups;
}

/** How many other bills of the same box came before this one. */
function rankBill(
  { number, billOfLading }: TraceDoc,
  { place, billsOf }: { place: string; billsOf: Map<string, string[]> },
): number {
  const bill = billOfLading ?? '';
  const bills = billsOf.get(`${place}|${number}`) ?? [];
  if (!bills.includes(bill)) billsOf.set(`${place}|${number}`, [...bills, bill]);
  return bills.includes(bill) ? bills.indexOf(bill) : bills.length;
}

function tripOf({ isTest, scenario = '', tripStartedAt }: TraceDoc): TestTrip | undefined {
  return isTest ? { scenario, startedAt: tripStartedAt.toISOString() } : undefined;
}
