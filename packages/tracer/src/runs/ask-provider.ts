import type { Receipt, TraceDoc, TraceRepository } from '@envase/db';
import type { BatchRequest, Findings, OrderAnswer, PendingBatch, RealTimeClient } from '@envase/providers';
import type { RunGroup } from './group-runs.ts';

/** What a provider said for one trace: an answer (a missing slice is "not found") or only that an order stands. */
export type Said =
  | { kind: 'answer'; slice: unknown; receipt?: Receipt }
  | { kind: 'receipt'; receipt: Receipt };

/** Asks for a group and resolves to what was said for each of its traces. Rejects as the provider fails. */
export type AskProvider = (group: RunGroup, signal: AbortSignal) => Promise<(trace: TraceDoc) => Said>;

/** Real-Time: the answer comes at once. */
export function askRealTime(client: RealTimeClient): AskProvider {
  return async ({ service, siteId, numbers, billsOfLading, trip }, signal) => {
    const batch = { service, siteId, numbers, billsOfLading, signal };
    const { slices } = await client.trace({ ...batch, ...(trip && { trip }) });
    return (trace) => ({ kind: 'answer', slice: slices.get(trace.number) });
  };
}

export interface OrderingDeps {
  /** Places the orders of boxes that have none. */
  order(batch: BatchRequest): Promise<OrderAnswer>;
  /** Looks what became of orders. */
  look(pending: PendingBatch): Promise<Findings>;
  /** Whether a box is ordered once and then told of, or anew for every trace. */
  isStanding: boolean;
  /** From an order, or the last word, to the next look; real milliseconds. */
  waitMs: number;
  /** From an order to the first look, where what is known already is not told; real milliseconds. */
  firstLookMs?: number;
  via: string;
  traces: Pick<TraceRepository, 'findTracing'>;
}

/**
 * The workflows whose answers come later: a trace without an order places one, a trace with one looks what became of it. What is
 * outstanding afterwards stands in the receipt, so a killed run places an order at most once more.
 */
export function askByOrder(deps: OrderingDeps): AskProvider {
  return (group, signal) =>
    group.step === 'look' ? lookFor(group, { deps, signal }) : orderFor(group, { deps, signal });
}

interface By {
  deps: OrderingDeps;
  signal: AbortSignal;
}

async function orderFor(group: RunGroup, { deps, signal }: By): Promise<(trace: TraceDoc) => Said> {
  const { service, siteId, billsOfLading } = group;
  const standing = deps.isStanding ? await findStanding(group, deps) : new Map<string, string>();
  const numbers = group.numbers.filter((number) => !standing.has(number));
  const batch = { service, siteId, numbers, billsOfLading, signal };
  const { references } = numbers.length > 0 ? await deps.order(batch) : { references: new Map() };
  return ({ number }) => {
    const shared = standing.get(number);
    // Changes alone are told of: what is known already has to be looked up.
    if (shared !== undefined)
      return { kind: 'receipt', receipt: { reference: shared, waitMs: 0, rule: 'shared-order' } };
    const reference = references.get(number);
    if (reference === undefined) return { kind: 'answer', slice: undefined, receipt: over('order-refused') };
    return { kind: 'receipt', receipt: { reference, ...firstWait(deps) } };
  };
}

function firstWait(deps: OrderingDeps): Omit<Receipt, 'reference'> {
  const { waitMs, firstLookMs } = deps;
  return firstLookMs === undefined
    ? { waitMs, rule: waitingRule(deps) }
    : { waitMs: firstLookMs, rule: 'first-look' };
}

/** Orders of the same boxes that stand for other organizations or services: a box is published once. */
async function findStanding(group: RunGroup, { traces, via }: OrderingDeps): Promise<Map<string, string>> {
  const found = await traces.findTracing(via, group.numbers);
  return new Map(
    found.flatMap(({ number, awaiting }) => (awaiting ? [[number, awaiting.reference] as const] : [])),
  );
}

async function lookFor(group: RunGroup, { deps, signal }: By): Promise<(trace: TraceDoc) => Said> {
  const { service, siteId } = group;
  const references = new Map(
    group.traces.flatMap(({ number, awaiting }) => (awaiting ? [[awaiting.reference, number]] : [])),
  );
  const items = [...references].map(([reference, number]) => ({ reference, number }));
  const findings = await deps.look({ service, siteId, items, signal });
  return ({ awaiting }) => readFinding(awaiting?.reference ?? '', { findings, deps });
}

function readFinding(reference: string, by: { findings: Findings; deps: OrderingDeps }): Said {
  const { deps } = by;
  const { isStanding, waitMs } = deps;
  const stands: Receipt = { reference, waitMs, rule: waitingRule(deps) };
  const finding = by.findings.get(reference) ?? { state: 'void' as const };
  switch (finding.state) {
    case 'waiting':
      return { kind: 'receipt', receipt: stands };
    case 'found':
      return {
        kind: 'answer',
        slice: finding.slice,
        receipt: isStanding && !finding.isOver ? stands : over('answered'),
      };
    case 'void':
      return {
        kind: 'receipt',
        receipt: { reference: null, waitMs: isStanding ? waitMs : 0, rule: 'order-void' },
      };
    case 'not_found':
      if (isStanding)
        return { kind: 'answer', slice: undefined, receipt: finding.isOver ? over('answered') : stands };
      // Requested again for the next cycle, until there is an answer.
      return {
        kind: 'answer',
        slice: undefined,
        receipt: { reference: null, waitMs: 0, rule: 'requested-again' },
      };
  }
}

/** Nothing is outstanding: the cadence of the box says when it is ordered again. */
function over(rule: string): Receipt {
  return { reference: null, waitMs: null, rule };
}

export function waitingRule({ isStanding }: Pick<OrderingDeps, 'isStanding'>): string {
  return isStanding ? 'waiting-for-notification' : 'waiting-for-answer';
}
