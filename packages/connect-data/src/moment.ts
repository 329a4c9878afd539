import { z } from 'zod';

// Nothing is older or younger, and not every engine knows dates beyond.
const earliest = Date.UTC(1970, 0);
const latest = Date.UTC(9999, 0);

/** A query's date (midnight UTC), or time with its offset. */
export const moment = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()], { error: 'a date, or a time with its offset' })
  .transform((text) => new Date(Math.min(Math.max(Date.parse(text), earliest), latest)))
  .pipe(z.date());
