import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { AppError, asError } from '@envase/runtime';
import getRawBody from 'raw-body';
import { findShapeIssues } from './json-shape.ts';

/** Contract s2. */
export const MAX_BODY_BYTES = 256 * 1024;
const MAX_DISCARDED_BYTES = 1024 * 1024;
const JSON_TYPE = /^application\/(?:[\w.!#$&^-]+\+)?json\s*(?:;|$)/i;
const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]+)/i;

/** Reads at most `maxBytes`; an announced excess is refused unread, a chunked one as soon as it shows. */
export async function readBody(request: IncomingMessage, maxBytes = MAX_BODY_BYTES): Promise<Buffer> {
  const encoding = request.headers['content-encoding'];
  // A compressed body is never inflated, so it cannot be a bomb.
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new AppError('unsupported_media_type', 'Send the body without Content-Encoding');
  }
  if (!hasBody(request)) return Buffer.alloc(0);
  try {
    return await getRawBody(request, { length: request.headers['content-length'] ?? null, limit: maxBytes });
  } catch (thrown) {
    const error = asError(thrown);
    if ('type' in error && error.type === 'entity.too.large') {
      throw new AppError('payload_too_large', `The body is larger than ${maxBytes} bytes`);
    }
    throw new AppError('invalid_request', 'The body was cut off', { cause: error });
  }
}

/** Lets the sender of an unread rest see the answer: discards a little more, then hangs up. */
export function discardRest(request: IncomingMessage): void {
  if (request.complete || request.destroyed || !hasBody(request)) return;
  let left = MAX_DISCARDED_BYTES;
  const discard = (chunk: Buffer) => {
    left -= chunk.length;
    if (left >= 0) return;
    request.off('data', discard);
    request.socket.destroySoon();
  };
  request.on('data', discard);
  request.resume();
}

function hasBody(request: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': transfer } = request.headers;
  return transfer !== undefined || (length !== undefined && length !== '0');
}

/** Throws `unsupported_media_type` unless the type is JSON in UTF-8; without a body a missing type is fine. */
export function requireJson(contentType: string | undefined, isEmpty: boolean): void {
  if (contentType === undefined && isEmpty) return;
  const charset = CHARSET.exec(contentType ?? '')?.[1]?.toLowerCase() ?? 'utf-8';
  if (JSON_TYPE.test(contentType ?? '') && (charset === 'utf-8' || charset === 'utf8')) return;
  throw new AppError('unsupported_media_type', 'Send the body as application/json in UTF-8');
}

/** The parsed body, undefined for an empty one. Throws `invalid_request` for bad JSON, depth and long arrays (contract s2). */
export function parseJson(raw: Buffer): unknown {
  if (raw.length === 0) return undefined;
  const value = isUtf8(raw) ? tryParse(raw.toString('utf8')) : { isJson: false };
  if (!value.isJson) {
    throw new AppError('invalid_request', 'The body is not JSON', {
      details: [{ path: '', message: 'is not JSON in UTF-8' }],
    });
  }
  const issues = findShapeIssues(value.parsed);
  if (issues.length > 0)
    throw new AppError('invalid_request', 'The body is too large in shape', { details: issues });
  return value.parsed;
}

function tryParse(text: string): { isJson: boolean; parsed?: unknown } {
  try {
    return { isJson: true, parsed: JSON.parse(text) };
  } catch {
    // What the parser says quotes the body, so it is left out.
    return { isJson: false };
  }
}
