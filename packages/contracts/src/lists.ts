import { z } from 'zod';

/** Query parameters of every list (contract s2): `limit` 1…200, default 50, and an opaque `cursor`. */
export const listQuery = z.object({
  limit: z
    .string()
    .regex(/^\d{1,9}$/, 'a whole number from 1 to 200')
    .transform(Number)
    .pipe(z.number().min(1).max(200))
    .default(50)
    .meta({ description: '1 to 200' }),
  cursor: z.string().min(1).max(200).optional().meta({ description: '`nextCursor` of the page before' }),
});

/** One page: `nextCursor` is null on the last one. */
export interface Page<T> {
  data: T[];
  nextCursor: string | null;
}
