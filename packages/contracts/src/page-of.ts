import { z } from 'zod';

/** The schema of one page of a list (contract s2). */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ data: z.array(item), nextCursor: z.string().nullable() });
}
