import type { EventDoc, EventRepository, StoredOrder, TraceDoc, TraceRepository } from '@envase/db';
import { type Clock, failpoint } from '@envase/runtime';
import type { DeliverOutbox } from '../settling/deliver-outbox.ts';
import { applyOrder, type OrderContext, supersede } from './apply-order.ts';
import { createTurns } from './turns.ts';

export interface ApplyRequestDeps {
  events: EventRepository;
  traces: TraceRepository;
  clock: Clock;
  deliverOutbox: DeliverOutbox;
  runNow: (traces: readonly TraceDoc[]) => Promise<void>;
  /** What the order's provider allows; its queue for this event. */
  rulesOf: (event: EventDoc, order: StoredOrder) => Pick<OrderContext, 'workflow' | 'minForceMs' | 'via'>;
}

interface Item {
  traceId: string;
  number: string;
  isReplaced: boolean;
}

// Every lost race means another writer won, so this many rounds only end where something is broken.
const maxRounds = 200;

/** `request.apply`: makes, forces, stops or resumes the traces of one publish, then takes `trace` off what it owes. */
export function createApplyRequest(deps: ApplyRequestDeps) {
  const { events, deliverOutbox, runNow, clock } = deps;
  const inTurn = createTurns();
  return async ({ eventId }: { eventId: string }): Promise<void> => {
    const event = await events.get(eventId);
    if (!event?.todo.includes('trace')) return;
    const { order } = event;
    const changed = order ? await inTurn(tracesOf(order), () => applyAll(event, order, deps)) : [];
    await failpoint('apply.after-swap');
    for (const trace of changed) await deliverOutbox(trace);
    await events.settleOwed(eventId, 'trace');
    await failpoint('apply.after-settled');
    const now = clock.now();
    await runNow(changed.filter((trace) => trace.nextTraceAt && trace.nextTraceAt.getTime() <= now));
  };
}

function tracesOf({ items, replaces }: StoredOrder): string[] {
  return [...items.map(({ traceId }) => traceId), ...(replaces ? [replaces] : [])];
}

async function applyAll(event: EventDoc, order: StoredOrder, deps: ApplyRequestDeps): Promise<TraceDoc[]> {
  const { traces, clock, rulesOf } = deps;
  const changed = new Map<string, TraceDoc>();
  let open: Item[] = order.items.map(({ traceId, number }) => ({ traceId, number, isReplaced: false }));
  if (order.replaces) open.push({ traceId: order.replaces, number: '', isReplaced: true });
  for (let round = 0; open.length > 0; round += 1) {
    if (round === maxRounds) throw new Error(`${open.length} traces of event ${event._id} kept changing`);
    const context: OrderContext = {
      event: { id: event._id, orgId: event.orgId, svcId: event.svcId, isTest: event.isTest },
      order,
      now: clock.now(),
      ...rulesOf(event, order),
    };
    const found = await traces.getMany(open.map((item) => item.traceId));
    const current = new Map(found.map((trace) => [trace._id, trace]));
    const changes = open.flatMap((item) => changeOf(current.get(item.traceId) ?? null, item, context));
    await failpoint('apply.before-swap');
    const lost = new Set(await traces.swap(changes));
    for (const { trace } of changes) if (!lost.has(trace._id)) changed.set(trace._id, trace);
    open = open.filter((item) => lost.has(item.traceId));
  }
  return [...changed.values()];
}

function changeOf(current: TraceDoc | null, item: Item, context: OrderContext) {
  const trace = item.isReplaced ? current && supersede(current, context) : applyOrder(current, item, context);
  return trace ? [{ expectedRev: current?.rev ?? null, trace }] : [];
}
