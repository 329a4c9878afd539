import type { DeliveryDoc, WebhookDoc } from '@envase/db';
import { openHook } from '@envase/egress';
import { admit, deferUngranted, findClient } from './admit.ts';
import { addToChain, newChain, type Outgoing, orderOf } from './chain.ts';
import type { Turn, TurnHook } from './turn.ts';

// A turn that hangs holds what it has loaded: this much text of large events is enough.
const maxChars = 4 * 1024 * 1024;

/** Looks at the hook anew and takes what is due and not taken yet into the turn's chains. */
export async function load(turn: Turn): Promise<void> {
  const { webhookId, deps, taken } = turn;
  const { webhooks, deliveries } = deps;
  const now = new Date(deps.clock.now());
  // As they are now: what is recorded while the answer is on its way may still be in it.
  const takenBefore = new Set(taken);
  const limit = turn.batchSize + takenBefore.size;
  turn.mayHaveMore = false;
  const [hook, due] = await Promise.all([webhooks.get(webhookId), deliveries.findDue(webhookId, now, limit)]);
  turn.mayHaveMore ||= due.length >= limit;
  turn.doc = hook;
  if (hook === null) {
    await deliveries.cancelOpen(webhookId);
    return leaveBe(turn);
  }
  const client = await findClient(hook, due, turn);
  if (!(await admit(hook, client, { turn, due, now }))) return leaveBe(turn);
  turn.hook = readyHook(hook, turn);
  const fresh = due.filter(({ _id }) => !takenBefore.has(_id));
  const granted = await deferUngranted(fresh, client, turn);
  // A probe goes alone.
  const admitted = turn.health?.breakerUntil ? granted.slice(0, 1) : granted;
  turn.hasLeft ||= admitted.length < granted.length;
  await enqueue(admitted, turn);
}

function leaveBe(turn: Turn): void {
  turn.mayHaveMore = false;
  turn.isStopped = true;
}

function readyHook(hook: WebhookDoc, turn: Turn): TurnHook {
  turn.healthBefore ??= hook.health;
  turn.health ??= hook.health;
  return { open: openHook(hook, turn.deps), isOrdered: hook.ordered, maxInFlight: hook.maxInFlight };
}

async function enqueue(due: readonly DeliveryDoc[], turn: Turn): Promise<void> {
  if (due.length === 0) return;
  const ids = new Set(due.map(({ eventId }) => eventId));
  const found = await turn.deps.events.getMany([...ids]);
  const events = new Map(found.map((event) => [event._id, event]));
  let chars = 0;
  for (const [index, delivery] of due.entries()) {
    const event = events.get(delivery.eventId);
    if (typeof event?.payload === 'string') chars += event.payload.length;
    if (chars > maxChars && index > 0) return takeLess(index, turn);
    turn.taken.add(delivery._id);
    place({ delivery, event }, turn);
  }
}

function takeLess(count: number, turn: Turn): void {
  turn.batchSize = count;
  turn.mayHaveMore = true;
}

function place(outgoing: Outgoing, { hook, chains, queue }: Turn): void {
  const traceId = orderOf(outgoing.delivery, hook?.isOrdered ?? false);
  const known = traceId === null ? undefined : chains.get(traceId);
  if (known) {
    addToChain(known, outgoing);
    return;
  }
  const chain = newChain(traceId, outgoing);
  if (traceId !== null) chains.set(traceId, chain);
  queue.push(chain);
}
