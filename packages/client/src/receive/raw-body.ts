import type { IncomingMessage } from 'node:http';

/** What body parsers leave behind: the bytes in `rawBody`, or in `body` where nothing was parsed. */
interface MaybeParsed {
  rawBody?: unknown;
  body?: unknown;
}

/** The signature is over bytes, and somebody has read and parsed them before. */
class BodyConsumedError extends Error {
  constructor() {
    super(
      'the body was read before the receiver saw it: mount the receiver before the body parser, or keep the raw bytes in rawBody',
    );
    this.name = 'BodyConsumedError';
  }
}

/**
 * The exact bytes of a request's body; null where they are more than `maxBytes`. Takes what `express.raw()` or a
 * parser's `rawBody` kept. Throws BodyConsumedError where they are gone.
 */
export async function readRawBody(
  request: IncomingMessage & MaybeParsed,
  { maxBytes, kept }: { maxBytes: number; kept?: MaybeParsed | undefined },
): Promise<Buffer | null> {
  const known = [kept?.rawBody, request.rawBody, request.body].find(isBytes);
  if (known !== undefined) {
    const bytes = Buffer.from(known);
    return bytes.length > maxBytes ? null : bytes;
  }
  if (request.readableDidRead || request.readableEnded) throw new BodyConsumedError();
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return null;
  return readStream(request, maxBytes);
}

/** Text is its UTF-8 bytes, as JSON is sent. */
function isBytes(value: unknown): value is Buffer | string {
  return Buffer.isBuffer(value) || typeof value === 'string';
}

async function readStream(request: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  // The connection must outlive a body that is not read to its end, or the answer would not arrive.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const bytes = chunk as Buffer; // no encoding is set on the request
    size += bytes.length;
    if (size > maxBytes) return null;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
