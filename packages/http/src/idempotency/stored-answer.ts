import { Readable } from 'node:stream';
import type { Reply } from '../endpoint.ts';
import { isJsonText } from '../send-reply.ts';

interface StoredAnswer {
  status: number;
  headers?: Readonly<Record<string, string>>;
  json?: string;
  text?: string;
  /** Base64. */
  bytes?: string;
}

/** The answer as text, with the headers that its handler chose; null for a stream, which cannot be given twice. */
export function encodeAnswer(reply: Reply): string | null {
  const { status, headers, body } = reply;
  if (body instanceof Readable) return null;
  const answer: StoredAnswer = { status, ...(headers ? { headers } : {}), ...encodeBody(body) };
  return JSON.stringify(answer);
}

/** The same answer again, to the letter. */
export function decodeAnswer(text: string): Reply {
  // Only what `encodeAnswer` wrote opens under the key ring.
  const { status, headers, ...stored } = JSON.parse(text) as StoredAnswer;
  const body = decodeBody(stored);
  return { status, ...(headers ? { headers } : {}), ...(body === undefined ? {} : { body }) };
}

function encodeBody(body: Exclude<Reply['body'], Readable>): Partial<StoredAnswer> {
  if (body === undefined) return {};
  if (typeof body === 'string') return { text: body };
  if (Buffer.isBuffer(body)) return { bytes: body.toString('base64') };
  return { json: isJsonText(body) ? body.json : JSON.stringify(body) };
}

function decodeBody({ json, text, bytes }: Partial<StoredAnswer>): Reply['body'] {
  if (json !== undefined) return { json };
  return bytes === undefined ? text : Buffer.from(bytes, 'base64');
}
