/** What is known of one hook's deliveries when all is quiet. */
export interface Heard {
  hook: string;
  isOrdered: boolean;
  maxInFlight: number;
  /** What the TMS took, in the order it came; `id` is the `webhook-id`. */
  accepted: readonly { id: string; traceId: string | null; sequence: number | null }[];
  /** Stored states, one for each event. */
  states: readonly string[];
}

export interface Outcome {
  /** Ids of the publishes that were answered 201, and the traces they asked for. */
  acknowledged: readonly { eventId: string; traceIds: readonly string[] }[];
  /** The log of the tenant. */
  events: readonly { id: string; action: string; traceId: string | null; sequence: number | null }[];
  hooks: readonly Heard[];
  /** Meanwhile. */
  faults: { deliveryEnds: number; flushes: number };
}

/** One line for every promise that was broken (quality R1, R6); none where all was kept. */
export function judge(outcome: Outcome): string[] {
  return [
    ...judgeLog(outcome),
    ...outcome.hooks.flatMap((heard) => judgeHook(heard, outcome).map((line) => `${heard.hook}: ${line}`)),
  ];
}

function judgeLog({ acknowledged, events }: Outcome): string[] {
  const ids = new Set(events.map(({ id }) => id));
  const lost = acknowledged.filter(({ eventId }) => !ids.has(eventId));
  const told = new Set(events.filter(isResult).map(({ traceId }) => traceId));
  const silent = acknowledged.flatMap(({ traceIds }) => traceIds).filter((traceId) => !told.has(traceId));
  return [
    ...lost.map(({ eventId }) => `publish ${eventId} was acknowledged and is not in the log`),
    ...silent.map((traceId) => `trace ${traceId} was asked for and never told a result`),
    ...[...sequencesOf(events)].flatMap(([traceId, sequences]) => {
      const isGapless = sequences.toSorted(byNumber).every((sequence, index) => sequence === index + 1);
      return isGapless ? [] : [`trace ${traceId} has the sequence ${sequences.toSorted(byNumber).join(' ')}`];
    }),
  ];
}

function judgeHook(heard: Heard, { events, faults }: Outcome): string[] {
  const { accepted, states, isOrdered, maxInFlight } = heard;
  const known = new Set(events.map(({ id }) => id));
  const ids = new Set(accepted.map(({ id }) => id));
  const unheard = events.filter(({ id }) => !ids.has(id));
  const foreign = [...ids].filter((id) => !known.has(id));
  const repeats = accepted.length - ids.size;
  // After a flush two turns may send beside each other until a fence refuses one.
  const allowed = maxInFlight * (faults.deliveryEnds + 2 * faults.flushes);
  const open = states.filter((state) => state !== 'delivered');
  return [
    ...unheard.map(({ id, action }) => `${action} ${id} never came`),
    ...foreign.map((id) => `${id} came and is not in the log`),
    ...(states.length === events.length ? [] : [`${states.length} deliveries of ${events.length} events`]),
    ...(open.length === 0 ? [] : [`deliveries are ${open.join(', ')}`]),
    ...(repeats > allowed ? [`${repeats} repeats, ${allowed} can be explained`] : []),
    ...(isOrdered ? judgeOrder(accepted) : []),
  ];
}

/** What came for the first time came in order. */
function judgeOrder(accepted: Heard['accepted']): string[] {
  const seen = new Set<string>();
  const first = accepted.filter(({ id }) => !seen.has(id) && seen.add(id));
  return [...sequencesOf(first)].flatMap(([traceId, sequences]) => {
    const isRising = sequences.every((sequence, index) => sequence > (sequences[index - 1] ?? 0));
    return isRising ? [] : [`trace ${traceId} came in the order ${sequences.join(' ')}`];
  });
}

function isResult({ action }: { action: string }): boolean {
  return action === 'TRACE_RESULT';
}

function sequencesOf(
  events: readonly { traceId: string | null; sequence: number | null }[],
): Map<string, number[]> {
  const sequences = new Map<string, number[]>();
  for (const { traceId, sequence } of events) {
    if (traceId === null || sequence === null) continue;
    sequences.set(traceId, [...(sequences.get(traceId) ?? []), sequence]);
  }
  return sequences;
}

function byNumber(one: number, other: number): number {
  return one - other;
}
