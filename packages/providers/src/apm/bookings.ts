import { normalizeBooking } from '@envase/domain';
import { z } from 'zod';
import { groupByKey } from '../kit/box-numbers.ts';
import { type Row, textOf } from '../kit/fields.ts';
import type { BatchAnswer, BatchRequest } from '../provider.ts';
import { listFacilities } from './facilities.ts';

/** What is kept of APM's answer for one booking: its own rows at one facility, as they came. */
export interface ApmBookingSlice {
  facilityCode: string;
  bookings: Row[];
}

/** Rows of `/booking-enquiry`; one may stand alone, as in its other answers. */
const row = z.looseObject({ bookingReference: z.string().min(1) });
export const bookingRows = z.union([z.array(row), row.transform((one) => [one])]);

type AskBookings = (facilityCode: string, keys: string[]) => Promise<readonly Row[]>;

/** Asks one facility after the other until every booking is found: a booking is for one vessel at one of them. */
export async function traceBookings(batch: BatchRequest, ask: AskBookings): Promise<BatchAnswer> {
  const callers = groupByKey(batch.numbers, normalizeBooking);
  const slices = new Map<string, ApmBookingSlice>();
  let left = [...callers.keys()];
  for (const facilityCode of listFacilities(batch.siteId)) {
    if (left.length === 0) break;
    for (const one of await ask(facilityCode, left)) {
      const key = normalizeBooking(textOf(one, 'bookingReference') ?? '');
      const slice = slices.get(key);
      if (slice?.facilityCode === facilityCode) slice.bookings.push(one);
      else if (left.includes(key)) slices.set(key, { facilityCode, bookings: [one] });
    }
    left = left.filter((key) => !slices.has(key));
  }
  const named = [...slices].flatMap(([key, slice]) =>
    (callers.get(key) ?? []).map((number) => [number, slice] as const),
  );
  return { slices: new Map(named) };
}
