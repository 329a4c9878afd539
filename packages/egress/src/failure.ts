/** Why there was no answer. `blocked` is our own refusal; the others are the network's. */
export type SendErrorKind = 'blocked' | 'dns' | 'connect' | 'tls' | 'timeout' | 'reset' | 'protocol';

/** The message for a header that would break the framing or the target of the request. */
export const UNSENDABLE_HEADER = 'The request has a header that cannot be sent';

/** A failure of one attempt. Its message is kept with the attempt and shown to the client: no address, path or query in it. */
export class EgressFailure extends Error {
  readonly kind: SendErrorKind;

  constructor(kind: SendErrorKind, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'EgressFailure';
    this.kind = kind;
  }
}

const PROTOCOL_CODES = new Set(['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'UND_ERR_RES_EXCEEDED_MAX_SIZE']);
// undici has one code for every end of a socket; these messages tell the receiver's fault from a hang-up.
const PROTOCOL_MESSAGES = new Set(['bad response', 'bad upgrade']);
const CLOSED_CODES = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE', 'ECONNABORTED', 'UND_ERR_INFO']);

/** Names what went wrong once a connection stood: the receiver hung up, or what it said is not HTTP. */
export function asSendFailure(error: Error): EgressFailure {
  if (error instanceof EgressFailure) return error;
  const code = codeOf(error);
  const fail = (kind: SendErrorKind, message: string) => new EgressFailure(kind, message, error);
  if (code === 'UND_ERR_CLOSED' || code === 'UND_ERR_DESTROYED')
    return fail('connect', 'The sender is closed');
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH') {
    return fail('protocol', UNSENDABLE_HEADER);
  }
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return fail('protocol', 'The headers of the answer are too large');
  if (isNotHttp(error, code)) return fail('protocol', 'The answer is not valid HTTP');
  if (CLOSED_CODES.has(code)) return fail('reset', 'The receiver closed the connection without an answer');
  return fail('reset', `The connection failed (${code || error.name})`);
}

function isNotHttp(error: Error, code: string): boolean {
  return error.name === 'HTTPParserError' || PROTOCOL_CODES.has(code) || PROTOCOL_MESSAGES.has(error.message);
}

/** Node's and undici's errors carry a code; '' where there is none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
