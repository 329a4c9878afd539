import { z } from 'zod';

/** Body of every refused request (contract s2). */
export const errorBody = z.object({
  code: z.string(),
  message: z.string(),
  details: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  requestId: z.string(),
});
export type ErrorBody = z.output<typeof errorBody>;
