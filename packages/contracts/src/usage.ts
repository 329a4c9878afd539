import { z } from 'zod';

const count = z.int().nonnegative();

/** What was done on one day in UTC (contract s9, usage). */
export const usageDay = z
  .object({
    date: z.iso.date(),
    /** Events. */
    published: count,
    /** Traces that their provider answered that day. */
    tracing: count,
    /** Requests for one's own boxes; one that several organizations share counts for each. */
    providerRequests: count,
    /** Deliveries of one's events that succeeded. */
    delivered: count,
    /** Deliveries that were given up. */
    failed: count,
  })
  .meta({ id: 'UsageDay' });
export type UsageDay = z.output<typeof usageDay>;
