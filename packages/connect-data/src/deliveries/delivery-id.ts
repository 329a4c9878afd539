import { z } from 'zod';

/** `<eventId>~<webhookId>` as a path parameter. */
export const deliveryId = z.object({ id: z.string().regex(/^[\w-]{1,64}~[\w-]{1,64}$/) });
