import { AppError } from '@envase/runtime';

const TIME_LIMIT_MS = 5_000;
const MAX_BYTES = 64 * 1024;

/** GETs a small JSON document: no redirects, 5 s, 64 KiB. Throws `unavailable` for any other answer. */
export async function fetchJson(url: string): Promise<unknown> {
  const answer = await fetch(url, {
    redirect: 'error',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(TIME_LIMIT_MS),
  });
  if (!answer.ok || !answer.body) throw new AppError('unavailable', `The answer was ${answer.status}`);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new AppError('unavailable', `The answer is larger than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}
