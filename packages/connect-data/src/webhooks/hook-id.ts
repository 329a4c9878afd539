import { z } from 'zod';

/** A web-hook's id as a path parameter. */
export const hookId = z.object({ id: z.uuid() });
