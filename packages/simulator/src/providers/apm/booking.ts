import { hashOf } from '../../hash.ts';
import type { BoxState, Trip } from '../../journey/box-state.ts';
import { instantOf } from '../../journey/box-state.ts';
import { withOffset } from '../../zone.ts';

/** Boxes of one type in a booking. */
interface Line {
  isoCode: string;
  quantity: number;
}

function linesOf(state: BoxState): Line[] {
  const quantity = (what: string) => 1 + (hashOf(state.seed, state.number, what) % 4);
  return [
    { isoCode: '45G1', quantity: quantity('forties') },
    { isoCode: '22G1', quantity: quantity('twenties') },
  ];
}

function share(quantity: number, percent: number): number {
  return Math.floor((quantity * percent) / 100);
}

function stepInstant(trip: Trip, id: string): number {
  const step = trip.script.steps.find((one) => one.id === id);
  return instantOf(trip, step ?? { at: 0 });
}

function times(trip: Trip, zone: string) {
  return {
    beginRecieveDateTimeLocal: withOffset(stepInstant(trip, 'receiving'), zone),
    cargoCutoffDateTimeLocal: withOffset(stepInstant(trip, 'all_full'), zone),
    vesselEtdDateTimeLocal: withOffset(stepInstant(trip, 'departed'), zone),
  };
}

/**
 * The rows of one booking in `/booking-enquiry`: one per box type with the counts, then one per box received.
 * `isContainer` is a string; the counts stand in the rows whose `isContainer` is false.
 */
export function renderBooking(state: BoxState, trip: Trip, zone: string) {
  const { facts } = state;
  const lines = linesOf(state);
  const same = {
    bookingReference: state.number,
    shippingLine: facts.lineCode,
    vesselName: facts.vesselName,
    outboundVoyageNumber: facts.exportVoyage,
    ...times(trip, zone),
  };
  const counted = lines.map(({ isoCode, quantity }) => ({
    isContainer: 'false',
    ...same,
    containerISOCode: isoCode,
    containerQuantityCount: quantity,
    containersReceivedCount: share(quantity, state.received),
    emptiesOutCount: share(quantity, state.emptiesOut),
  }));
  const boxes = lines.flatMap(({ isoCode, quantity }) =>
    Array.from({ length: share(quantity, state.received) }, () => isoCode),
  );
  const received = boxes.map((containerISOCode) => ({
    isContainer: 'true',
    ...same,
    containerISOCode,
    containerQuantityCount: 1,
    containersReceivedCount: 1,
    emptiesOutCount: 0,
  }));
  return [...counted, ...received];
}
