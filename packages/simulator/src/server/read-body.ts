import type { IncomingMessage } from 'node:http';

const maxBytes = 1_048_576;

/** Bytes of a request, as text; null when there are more than a mebibyte. */
async function readText(message: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size <= maxBytes) chunks.push(bytes);
  }
  return size > maxBytes ? null : Buffer.concat(chunks).toString('utf8');
}

function parse(text: string, type: string): unknown {
  if (text === '') return undefined;
  if (type.includes('x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(text));
  if (!type.includes('json')) return text;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The body by its content type: JSON and forms as values, the rest as text; undefined when it cannot be read. */
export async function readBody(message: IncomingMessage): Promise<unknown> {
  const text = await readText(message);
  return text === null ? undefined : parse(text, message.headers['content-type'] ?? '');
}
