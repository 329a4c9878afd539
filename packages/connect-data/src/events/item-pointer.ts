import type { TraceType } from '@envase/contracts';

const names: Record<TraceType, { list: string; one: string }> = {
  CONTAINER: { list: 'containers', one: 'containerNumber' },
  BOOKING: { list: 'bookings', one: 'bookingNumber' },
};

/** Where the item at an index stands in the payload, by the spelling that was read: list before number before `id` (contract s10). */
export function itemPointer(type: TraceType, payload: unknown): (index: number) => string {
  const { list, one } = names[type];
  const has = (name: string) =>
    typeof payload === 'object' && payload !== null && Object.hasOwn(payload, name);
  if (has(list)) return (index) => `/payload/${list}/${index}/id`;
  return () => `/payload/${has(one) ? one : 'id'}`;
}
