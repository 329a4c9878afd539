import { z } from 'zod';
import { readBody } from '../src/kit/body.ts';
import { failureOfError, failureOfStatus } from '../src/kit/failures.ts';
import type { ProviderError } from '../src/provider.ts';
import { pickOne } from './random.ts';

const what = 'GET /box';

/** How an answer fails, classified as the clients do. */
const faults: readonly (() => ProviderError)[] = [
  () => failureOfStatus(503, { what, headers: {} }),
  () => failureOfStatus(429, { what, headers: { 'retry-after': '90' } }),
  () => failureOfError(new Error('silence'), { what, timedOut: true }),
  () => failureOfGarbage(),
];

function failureOfGarbage(): ProviderError {
  try {
    readBody('{"rows":[{"id":', { contentType: 'application/json', schema: z.unknown(), what });
  } catch (error) {
    return failureOfError(error, { what, timedOut: false });
  }
  throw new Error('half a document was read');
}

/** The failure that strikes one question in fifty; null for an answer. */
export function strikeFault(random: () => number): ProviderError | null {
  return random() < 0.02 ? pickOne(faults, random)() : null;
}
