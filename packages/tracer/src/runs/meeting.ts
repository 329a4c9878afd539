/** Gathers what arrives together: a batch leaves once nothing has arrived for a moment, or at the latest after `longestMs`. */
export interface Meeting {
  /** One more; `together`: how many were sent at once, itself included. */
  arrive(together: number): void;
  /** Runs `leave` when the batch that forms now is complete. */
  schedule(leave: () => void): void;
}

// Jobs of one pump tick come a round trip to Redis apart; both are short against any provider's answer.
const quietMs = 10;
const longestMs = 40;
// For those that were sent together, and are one attempt (contract s10): one of them may have been queued before, and never comes.
const patienceMs = 250;

/** `mostAtOnce`: as many as one request holds are waited for. */
export function createMeeting(mostAtOnce: number): Meeting {
  let lastAt = 0;
  let arrived = 0;
  let expected = 0;
  return {
    arrive(together) {
      lastAt = performance.now();
      arrived += 1;
      expected = Math.max(expected, Math.min(together, mostAtOnce));
    },
    schedule(leave) {
      const startedAt = performance.now();
      const isOver = (now: number) => {
        if (arrived < expected) return now - startedAt >= patienceMs;
        return now - lastAt >= quietMs || now - startedAt >= longestMs;
      };
      const look = () => {
        if (!isOver(performance.now())) {
          wait();
          return;
        }
        arrived = 0;
        expected = 0;
        leave();
      };
      // Past the timer, what already lies in the sockets is read first: a busy moment splits no batch.
      const wait = () => setTimeout(() => setImmediate(look), quietMs);
      wait();
    },
  };
}
