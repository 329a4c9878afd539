import type { ContainerResult } from '@envase/contracts';
import { noBooking } from './fold/booking.ts';
import { unknownState } from './fold/fold.ts';
import type { BookingFacts } from './observation.ts';
import { type PresentedMoment, type PresentedTrace, presentFreshness } from './present-result.ts';
import type { TraceState } from './trace-state.ts';

/** Payload of `BOOKING` `TRACE_RESULTS` (contract s4, s10; evidence 8.3). */
export interface BookingResult
  extends BookingFacts,
    Pick<
      ContainerResult,
      | 'id'
      | 'providerId'
      | 'siteId'
      | 'status'
      | 'tracedAt'
      | 'nextTraceAt'
      | 'events'
      | 'changes'
      | 'freshness'
    > {
  bookingNumber: string;
  lastProviderUpdate: string | null;
}

/** The payload of a booking's result: every documented field, `null` or empty where there is no value. */
export function presentBookingResult(
  trace: PresentedTrace,
  state: TraceState | null,
  at: Omit<PresentedMoment, 'pickupNumber'>,
): BookingResult {
  const known = state ?? unknownState;
  const booking = { ...noBooking, ...known.booking };
  return {
    id: trace.number,
    bookingNumber: trace.number,
    ...booking,
    // Documented as the place that was asked for; a source that names its own wins.
    locationCode: booking.locationCode ?? (trace.siteId === '' ? null : trace.siteId),
    providerId: trace.providerId,
    siteId: trace.siteId,
    status: known.status,
    tracedAt: at.tracedAt?.toISOString() ?? null,
    nextTraceAt: at.nextTraceAt?.toISOString() ?? null,
    lastProviderUpdate: known.providerUpdatedAt,
    events: known.events,
    changes: at.changes,
    freshness: presentFreshness(known, at),
  };
}
