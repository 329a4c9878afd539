import type { DeliveryDoc, DeliveryRepository, EventRepository, WebhookDoc } from '@envase/db';

export interface ChooseDeps {
  deliveries: DeliveryRepository;
  events: EventRepository;
}

export interface Choice {
  send: DeliveryDoc[];
  /** Must wait for an earlier event of their trace; looked at again at that time. */
  held: { id: string; until: Date }[];
  /** Follow one that is sent now: due again as soon as it is delivered. */
  behind: DeliveryDoc[];
}

// An earlier event that still owes its fan-out has it within moments.
const owedLookMs = 1_000;

/**
 * Which due deliveries may go now. Unordered hooks: all. Ordered ones send `n` of a trace only if nothing below `n` is open for
 * this hook and no event below `n` of that trace still owes its fan-out; traces do not wait for each other (contract s10).
 */
export async function choose(
  hook: WebhookDoc,
  due: readonly DeliveryDoc[],
  by: { deps: ChooseDeps; now: number },
): Promise<Choice> {
  if (!hook.ordered) return { send: [...due], held: [], behind: [] };
  const choice: Choice = { send: [], held: [], behind: [] };
  const traces = Map.groupBy(due, (delivery) => (delivery.sequence === null ? null : delivery.traceId));
  for (const [traceId, deliveries] of traces) {
    if (traceId === null) {
      choice.send.push(...deliveries);
      continue;
    }
    const [first, ...later] = deliveries.toSorted((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0));
    if (!first) continue;
    const until = await waitsUntil(first, { ...by, hookId: hook._id, traceId });
    if (until) {
      choice.held.push(...deliveries.map(({ _id }) => ({ id: _id, until })));
      continue;
    }
    choice.send.push(first);
    choice.behind.push(...later);
  }
  return choice;
}

/** When to look at a trace's first due delivery again; null when it may go. */
async function waitsUntil(
  delivery: DeliveryDoc,
  by: { hookId: string; traceId: string; deps: ChooseDeps; now: number },
): Promise<Date | null> {
  const { hookId, traceId, deps, now } = by;
  const sequence = delivery.sequence ?? 0;
  const [blocker, isOwed] = await Promise.all([
    deps.deliveries.findOpenBelow(hookId, traceId, sequence),
    deps.events.owesHooksBelow(traceId, sequence),
  ]);
  if (!blocker && !isOwed) return null;
  return new Date(Math.max(blocker?.dueAt?.getTime() ?? 0, now + owedLookMs));
}
