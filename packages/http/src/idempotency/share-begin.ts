import type { IdempotencyBegin, IdempotencyClaim, IdempotencyStore } from './idempotency-store.ts';

export interface ShareBegin {
  begin(claim: IdempotencyClaim): Promise<IdempotencyBegin>;
  /** The request that begun has ended, whatever became of it. */
  end(claim: IdempotencyClaim): void;
}

/** Requests of one key and body ask the store once per process: a flood of repeats costs one of them what each would. */
export function createShareBegin(store: Pick<IdempotencyStore, 'begin'>): ShareBegin {
  const asked = new Map<string, Promise<IdempotencyBegin>>();
  const nameOf = ({ id, bodyHash }: IdempotencyClaim) => `${id} ${bodyHash}`;
  return {
    begin(claim) {
      const name = nameOf(claim);
      const earlier = asked.get(name);
      if (earlier) return earlier.then(asFollower);
      const answer = store.begin(claim);
      asked.set(name, answer);
      const forget = () => asked.delete(name);
      answer.then(({ outcome }) => outcome !== 'begun' && forget(), forget);
      return answer;
    },
    end: (claim) => {
      asked.delete(nameOf(claim));
    },
  };
}

function asFollower(begun: IdempotencyBegin): IdempotencyBegin {
  return begun.outcome === 'begun' ? { outcome: 'running' } : begun;
}
