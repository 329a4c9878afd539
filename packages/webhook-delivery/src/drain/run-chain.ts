import { failpoint } from '@envase/runtime';
import { type Attempted, attempt } from './attempt.ts';
import { type Chain, type Outgoing, sequenceOf } from './chain.ts';
import { isOver, noteAttempt, type Turn, whileSending } from './turn.ts';

// An earlier event that is not there yet comes within moments: 10, 20, 40, 80 and 160 ms, then with the turns that follow.
const looksInTurn = 5;
const firstLookMs = 10;
const laterLookMs = 1_000;

/** Sends a chain's deliveries one after the other. Answers with how long to park it when its first is to be looked at again. */
export async function runChain(chain: Chain, turn: Turn): Promise<number | null> {
  for (let first = chain.waiting[0]; first && !isOver(turn); first = chain.waiting[0]) {
    const until = await heldUntil(chain, first, turn);
    // An earlier one may have been loaded meanwhile, with checks of its own to pass.
    if (chain.waiting[0] !== first) continue;
    if (until === 'soon' && chain.looks < looksInTurn) return park(chain, turn);
    if (until !== null) return hold(chain, until, turn);
    chain.waiting.shift();
    chain.looks = 0;
    const { result } = await deliver(first, turn);
    if (chain.traceId === null) continue;
    if (result.dueAt !== null) return hold(chain, result.dueAt, turn);
    turn.settled.set(chain.traceId, sequenceOf(first));
  }
  return leave(chain, turn);
}

/**
 * Until when an ordered hook's delivery waits: nothing below it may be open for this hook, and no event below it may still owe its
 * fan-out (contract s10). `soon`: what it waits for is due or on its way. Null: it may go.
 */
async function heldUntil(chain: Chain, first: Outgoing, turn: Turn): Promise<Date | 'soon' | null> {
  const { traceId } = chain;
  const sequence = sequenceOf(first);
  if (traceId === null || sequence <= 1 || turn.settled.get(traceId) === sequence - 1) return null;
  const { events, deliveries, clock } = turn.deps;
  // In this order: an event that owes nothing any more has its deliveries there.
  if (await events.owesHooksBelow(traceId, sequence)) return 'soon';
  const blocker = await deliveries.findOpenBelow(turn.webhookId, traceId, sequence);
  // Without a due time it is not ours to send: it waits to be pulled.
  if (!blocker?.dueAt) return null;
  return blocker.dueAt.getTime() <= clock.now() ? 'soon' : blocker.dueAt;
}

async function deliver(outgoing: Outgoing, turn: Turn): Promise<Attempted> {
  const { hook, deps, recorder, taken } = turn;
  if (hook === null) throw new Error('A turn sends only after it has seen its hook');
  const attempted = await recorder.during(() =>
    whileSending(turn, async () => {
      await failpoint('C9');
      return attempt(outgoing, { hook: hook.open, deps });
    }),
  );
  noteAttempt(turn, attempted);
  const isOurs = await recorder.add(attempted.result);
  const { state } = attempted.result;
  if (!isOurs) giveWay(turn);
  else if (state === 'delivered' || state === 'dead') deps.countEnded?.(outgoing.delivery, state);
  taken.delete(outgoing.delivery._id);
  return attempted;
}

/** Somebody else sends the same: what this turn has loaded is no longer to be trusted. */
function giveWay(turn: Turn): void {
  turn.hasLeft = true;
  turn.isStopped = true;
}

function park(chain: Chain, turn: Turn): number {
  const parkedMs = firstLookMs * 2 ** chain.looks;
  chain.looks += 1;
  turn.mayHaveMore = true;
  return parkedMs;
}

/** The rest of a trace waits for its first without using an attempt; other traces go on. */
async function hold(chain: Chain, until: Date | 'soon', turn: Turn): Promise<null> {
  const held = chain.waiting.splice(0);
  leave(chain, turn);
  const { clock, deliveries } = turn.deps;
  const ids = held.map(({ delivery }) => delivery._id);
  await deliveries.defer(ids, until === 'soon' ? new Date(clock.now() + laterLookMs) : until);
  for (const id of ids) turn.taken.delete(id);
  return null;
}

/** What still waits stays due, for the next turn. */
function leave({ traceId, waiting }: Chain, turn: Turn): null {
  if (traceId !== null) turn.chains.delete(traceId);
  if (waiting.length > 0) turn.hasLeft = true;
  for (const { delivery } of waiting) turn.taken.delete(delivery._id);
  return null;
}
