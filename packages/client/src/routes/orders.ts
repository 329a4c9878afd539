import type { TraceUntil } from '@envase/contracts';
import type { PublishedEvent } from './events.ts';

interface Order {
  orgId: string;
  svcId: string;
  providerId: string;
  siteId?: string | undefined;
  /** 1 to 1,000 numbers as the TMS knows them. */
  numbers: readonly string[];
  isTest?: boolean | undefined;
  /** A free object that is passed to the provider. */
  data?: Record<string, unknown> | undefined;
  steamshipLine?: string | undefined;
  billOfLading?: string | undefined;
  reference?: string | undefined;
  /** The trace of the same box that this one takes the place of. */
  replaces?: string | undefined;
}

export interface ContainersToTrace extends Order {
  /** `availability` unless given. */
  service?: 'availability' | 'export' | 'empty' | undefined;
  /** When tracing ends: `outgated` unless given. */
  traceUntil?: TraceUntil | undefined;
  /** Refuses numbers with a wrong check digit, which are otherwise traced with a warning. */
  strictNumbers?: boolean | undefined;
}

export type BookingsToTrace = Order;

const actions = {
  availability: 'TRACE_REQUESTED',
  export: 'TRACE_EXPORT_REQUESTED',
  empty: 'TRACE_EMPTY_REQUESTED',
} as const;

/** The publish that has containers traced (contract s3). */
export function orderContainers({ service = 'availability', ...order }: ContainersToTrace): PublishedEvent {
  return toEvent({ type: 'CONTAINER', action: actions[service], list: 'containers' }, order);
}

/** The publish that has export bookings traced (contract s3). */
export function orderBookings(order: BookingsToTrace): PublishedEvent {
  return toEvent({ type: 'BOOKING', action: 'TRACE_REQUESTED', list: 'bookings' }, order);
}

function toEvent(
  { list, ...name }: { type: string; action: string; list: 'containers' | 'bookings' },
  { orgId, svcId, isTest, numbers, ...where }: Order,
): PublishedEvent {
  return { orgId, svcId, ...name, isTest, payload: { ...where, [list]: numbers.map((id) => ({ id })) } };
}
