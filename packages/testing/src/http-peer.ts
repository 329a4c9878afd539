import {
  type Answer,
  type RecordedRequest,
  type RecordingServer,
  startRecordingServer,
} from './recording-server.ts';

/** Someone else's HTTP service, played by a handler. */
export interface HttpPeer extends RecordingServer {
  /** Requests the handler did not know; each was answered 501. */
  unexpected: readonly RecordedRequest[];
  /** Throws when there were unexpected requests, so that the test fails. */
  close(): Promise<void>;
}

/** Starts the service; a request for which the handler returns undefined is unexpected. */
export async function createHttpPeer(
  handler: (request: RecordedRequest) => Answer | undefined | Promise<Answer | undefined>,
): Promise<HttpPeer> {
  const unexpected: RecordedRequest[] = [];
  const server = await startRecordingServer(async (request) => {
    const answer = await handler(request);
    if (answer !== undefined) return answer;
    unexpected.push(request);
    return 501;
  });
  return {
    ...server,
    unexpected,
    close: async () => {
      await server.close();
      const lines = unexpected.map(({ method, path }) => `${method} ${path}`);
      if (lines.length > 0) throw new Error(`unexpected requests: ${lines.join(', ')}`);
    },
  };
}
