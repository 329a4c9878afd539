import type { RecordedRequest } from '@envase/testing';
import type { Answers } from './platform.ts';

export interface PullPeer {
  answer: Answers;
  /** Adds an event to what the web-hook is owed. */
  add(...ids: string[]): void;
}

/** `GET /api/deliveries` over a list in memory (contract s6, s10): oldest first, a long poll that ends when it is owed something. */
export function createPullPeer(): PullPeer {
  const owed: string[] = [];
  let wake = Promise.withResolvers<void>();
  const read = (request: RecordedRequest) => {
    const { searchParams } = new URL(request.path, 'http://peer');
    const limit = Number(searchParams.get('limit') ?? 50);
    const start = Number(searchParams.get('after') ?? 0);
    const data = owed.slice(start, start + limit).map((id, index) => ({
      id: `${id}~w1`,
      cursor: String(start + index + 1),
      event: { id, type: 'CONTAINER', action: 'TRACE_RESULT', payload: { containerNumber: 'CSQU3054383' } },
    }));
    const isFull = data.length === limit;
    return { data, nextCursor: isFull ? String(start + limit) : null, waits: searchParams.has('wait') };
  };
  return {
    async answer(request) {
      const first = read(request);
      if (first.data.length === 0 && first.waits) await wake.promise;
      const { data, nextCursor } = read(request);
      return { json: { data, nextCursor } };
    },
    add(...ids) {
      owed.push(...ids);
      wake.resolve();
      wake = Promise.withResolvers();
    },
  };
}
