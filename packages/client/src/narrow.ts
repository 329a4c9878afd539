import type { ContainerResult, StoppedResult, TraceErrorResult } from '@envase/contracts';
import type { BookingResult, ReceivedEvent } from './answers.ts';

type EventWith<Payload> = ReceivedEvent & { payload: Payload };

const containerResults = ['TRACE_RESULT', 'TRACE_EXPORT_RESULT', 'TRACE_EMPTY_RESULT'];
const bookingResults = ['TRACE_RESULTS', 'TRACE_RESULT'];
const traceErrors = ['TRACE_ERROR', 'TRACE_ERRORS'];

/** A result of a container, of whichever service (contract s4). */
export function isContainerResult(event: ReceivedEvent): event is EventWith<ContainerResult> {
  return event.type === 'CONTAINER' && containerResults.includes(event.action);
}

/** A result of an export booking. */
export function isBookingResult(event: ReceivedEvent): event is EventWith<BookingResult> {
  return event.type === 'BOOKING' && bookingResults.includes(event.action);
}

/** Tracing has ended, and why. */
export function isStopped(event: ReceivedEvent): event is EventWith<StoppedResult> {
  return event.action === 'TRACE_STOPPED';
}

/** A provider could not be asked; names the boxes that it is about. */
export function isTraceError(event: ReceivedEvent): event is EventWith<TraceErrorResult> {
  return traceErrors.includes(event.action);
}
