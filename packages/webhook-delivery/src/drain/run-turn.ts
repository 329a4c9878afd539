import { asError } from '@envase/runtime';
import type { Chain } from './chain.ts';
import { load } from './load.ts';
import { runChain } from './run-chain.ts';
import { capOf, isEarly, isOver, startTime, type Turn } from './turn.ts';

interface Loop {
  turn: Turn;
  watch: NodeJS.Timeout | undefined;
  end(): void;
}

// While requests hang, what became due meanwhile is looked for this often.
const lookMs = 250;

/**
 * Runs a turn to its end: as many chains at once as the hook allows, the next batch loaded before the last one is used up.
 * Rejects with the first failure that is not the receiver's, once everything under way has ended.
 */
export function runTurn(turn: Turn): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      if (turn.failure === null) resolve();
      else reject(turn.failure);
    };
    goOn({ turn, end, watch: undefined });
  });
}

/** Begins what can be begun; everything that ends comes back here. */
function goOn(loop: Loop): void {
  const { turn } = loop;
  while (canStart(turn)) startNext(loop);
  if (canLoad(turn)) startLoading(loop);
  if (isAtEnd(turn)) {
    clearTimeout(loop.watch);
    if (turn.queue.length > 0) turn.hasLeft = true;
    loop.end();
  } else if (turn.running > 0) loop.watch ??= setTimeout(lookAgain, lookMs, loop);
}

function lookAgain(loop: Loop): void {
  loop.watch = undefined;
  if (loop.turn.running < capOf(loop.turn)) loop.turn.mayHaveMore = true;
  goOn(loop);
}

function startNext(loop: Loop): void {
  const { turn } = loop;
  const chain = turn.queue.shift();
  if (chain === undefined) return;
  turn.running += 1;
  const run = async () => {
    try {
      const parkMs = await runChain(chain, turn);
      if (parkMs !== null) park(chain, parkMs, loop);
    } finally {
      turn.running -= 1;
    }
  };
  begin(run(), loop);
}

function startLoading(loop: Loop): void {
  const { turn } = loop;
  turn.isLoading = true;
  const run = async () => {
    try {
      await load(turn);
      startTime(turn);
    } finally {
      turn.isLoading = false;
    }
  };
  begin(run(), loop);
}

function begin(work: Promise<void>, loop: Loop): void {
  work.then(
    () => goOn(loop),
    (error: unknown) => {
      loop.turn.failure ??= asError(error);
      loop.turn.isStopped = true;
      goOn(loop);
    },
  );
}

function park(chain: Chain, parkMs: number, loop: Loop): void {
  loop.turn.parked += 1;
  setTimeout(() => {
    loop.turn.parked -= 1;
    loop.turn.queue.push(chain);
    goOn(loop);
  }, parkMs);
}

function canStart(turn: Turn): boolean {
  return turn.queue.length > 0 && turn.running < capOf(turn) && !isOver(turn);
}

function canLoad(turn: Turn): boolean {
  if (turn.isLoading || !turn.mayHaveMore || isOver(turn)) return false;
  const cap = capOf(turn);
  // A probe, and one that may go alone, is followed by what its answer tells.
  if (cap <= 1) return turn.running === 0;
  // Ahead only while there is time to send it: the next turn would read it again.
  return turn.queue.length === 0 || (turn.queue.length < cap && isEarly(turn));
}

function isAtEnd(turn: Turn): boolean {
  if (turn.running > 0 || turn.parked > 0 || turn.isLoading) return false;
  return isOver(turn) || (turn.queue.length === 0 && !turn.mayHaveMore);
}
