import type { z } from 'zod';
import { ProviderError } from '../provider.ts';

/** The JSON of an answer in its documented form, or a `provider_answer` that says what is wrong with it. */
export function readBody<T>(
  text: string,
  expected: { contentType: string | undefined; schema: z.ZodType<T>; what: string },
): T {
  const { contentType, schema, what } = expected;
  // A missing type is let through: the schema decides. A stated other one is a proxy or a login page.
  if (contentType !== undefined && !/^application\/([\w.+-]+\+)?json\b/i.test(contentType.trim())) {
    throw new ProviderError('provider_answer', `The answer to ${what} is not JSON but another type`);
  }
  const parsed = schema.safeParse(parseJson(text, what));
  if (parsed.success) return parsed.data;
  // Paths only: the values belong to customers.
  const path = parsed.error.issues[0]?.path.map(String).join('/') ?? '';
  throw new ProviderError('provider_answer', `The answer to ${what} has not the documented form at /${path}`);
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the body.
    throw new ProviderError('provider_answer', `The answer to ${what} is not complete JSON`);
  }
}

/** Whether a text is JSON of that form. */
export function fits(text: string, schema: z.ZodType): boolean {
  try {
    return schema.safeParse(JSON.parse(text)).success;
  } catch {
    // Not JSON: the answer is no.
    return false;
  }
}
