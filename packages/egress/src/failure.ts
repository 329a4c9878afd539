/** Why there was no answer. `blocked` is our own refusal; the others are the network's. */
export type SendErrorKind = 'blocked' | 'dns' | 'connect' | 'tls' | 'timeout' | 'reset' | 'protocol';

/** A failure of one attempt. Its message is kept with the attempt and shown to the client: no address, path or query in it. */
export class EgressFailure extends Error {
  readonly kind: SendErrorKind;

  constructor(kind: SendErrorKind, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'EgressFailure';
    this.kind = kind;
  }
}

const CLOSED_CODES = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE', 'ECONNABORTED', 'UND_ERR_INFO']);

/** Names what went wrong once a connection stood: the receiver hung up, or what it said is not HTTP. */
export function asSendFailure(error: Error): EgressFailure {
  if (error instanceof EgressFailure) return error;
  const code = codeOf(error);
  if (code === 'UND_ERR_CLOSED' || code === 'UND_ERR_DESTROYED') {
    return new EgressFailure('connect', 'The sender is closed', error);
  }
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    return new EgressFailure('protocol', 'The headers of the answer are too large', error);
  }
  if (CLOSED_CODES.has(code))
    return new EgressFailure('reset', 'The receiver closed the connection without an answer', error);
  if (code === 'UND_ERR_INVALID_ARG')
    return new EgressFailure('protocol', 'The request has a header that cannot be sent', error);
  if (code.startsWith('HPE_'))
    return new EgressFailure('protocol', `The answer is not valid HTTP (${code})`, error);
  return new EgressFailure('reset', `The connection failed (${code || error.name})`, error);
}

/** Node's and undici's errors carry a code; '' where there is none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
