import { findNearMatches } from '@envase/domain';
import { listManifests } from '@envase/providers';
import { AppError, type ErrorDetail } from '@envase/runtime';
import { z } from 'zod';

/** An option's date (midnight UTC), or time with its offset. */
export const moment = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()], { error: 'a date, or a time with its offset' })
  .transform((text) => new Date(text));

/** What an operator gave as options; throws `invalid_request` that begins with `otherwise` and names every one that is wrong. */
export function parseOptions<S extends z.ZodType>(
  schema: S,
  options: object,
  otherwise: string,
): z.output<S> {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const details = parsed.error.issues.map(({ path, message }) => ({
    path: `--${path.map(String).join('/')}`,
    message,
  }));
  return refuse(otherwise, ...details);
}

export function refuse(otherwise: string, ...details: ErrorDetail[]): never {
  throw new AppError('invalid_request', otherwise, { details });
}

/** What a word that is none of the known may have meant. */
export function sayOneOf(known: readonly string[], given: string): string {
  const near = findNearMatches(given, known);
  return `is one of ${(near.length > 0 ? near : known).join(', ')}`;
}

export function sayProviders(id: string): string {
  return sayOneOf(
    listManifests().map((manifest) => manifest.id),
    id,
  );
}
