import {
  type Answer,
  type RecordedRequest,
  type RecordingServer,
  startRecordingServer,
} from './recording-server.ts';
import { waitFor } from './wait-for.ts';

/** Decides by the request and by how many came before it. */
export type Script = (request: RecordedRequest, index: number) => Answer | Promise<Answer>;

export interface Receiver extends RecordingServer {
  /** From now on: a status, an answer, or a script. A receiver begins with 200. */
  answerWith(next: Answer | Script): void;
  /** The first `count` requests, once they came; throws when they do not within `timeoutMs` (default 10 s). */
  waitForCount(count: number, options?: { timeoutMs?: number }): Promise<readonly RecordedRequest[]>;
}

/** A TMS's web-hook address: a real HTTP server that records every request and answers as told. */
export async function startReceiver(first: Answer | Script = 200): Promise<Receiver> {
  let script = first;
  let seen = 0;
  const server = await startRecordingServer((request) => {
    const index = seen++;
    return typeof script === 'function' ? script(request, index) : script;
  });
  return {
    ...server,
    answerWith: (next) => {
      script = next;
    },
    waitForCount: (count, options = {}) =>
      waitFor(() => server.requests.length >= count && server.requests.slice(0, count), {
        what: () => `${count} request(s) at the receiver, which has ${server.requests.length}`,
        ...options,
      }),
  };
}
