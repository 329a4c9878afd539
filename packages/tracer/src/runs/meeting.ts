/** Gathers what arrives together: a batch leaves once nothing has arrived for a moment, or at the latest after `longestMs`. */
export interface Meeting {
  arrive(): void;
  /** Runs `leave` when the batch that forms now is complete. */
  schedule(leave: () => void): void;
}

// Jobs of one pump tick come a round trip to Redis apart; both are short against any provider's answer.
const quietMs = 10;
const longestMs = 40;

export function createMeeting(): Meeting {
  let lastAt = 0;
  return {
    arrive() {
      lastAt = performance.now();
    },
    schedule(leave) {
      const startedAt = performance.now();
      const look = () => {
        const now = performance.now();
        if (now - lastAt >= quietMs || now - startedAt >= longestMs) leave();
        else wait();
      };
      // Past the timer, what already lies in the sockets is read first: a busy moment splits no batch.
      const wait = () => setTimeout(() => setImmediate(look), quietMs);
      wait();
    },
  };
}
