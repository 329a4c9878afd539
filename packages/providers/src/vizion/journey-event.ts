import type { MilestoneCode } from '@envase/domain';
import { type Drift, type Row, rowOf, textOf } from '../kit/fields.ts';

interface Where {
  isRail: boolean;
  isEmpty: boolean;
  isPod: boolean;
  isOrigin: boolean;
  isDestination: boolean;
}

type Read = (at: Where) => MilestoneCode | null;

const moves: Readonly<Record<string, Read>> = {
  LOAD: ({ isRail, isPod }) => (isRail ? 'rail-loaded' : isPod ? null : 'loaded'),
  DISC: ({ isRail, isPod }) => (isRail ? 'rail-unloaded' : isPod ? 'discharged' : null),
  GTOT: ({ isEmpty, isDestination, isOrigin }) => {
    if (isEmpty) return isOrigin ? 'empty-out' : null;
    return isDestination ? 'outgated' : null;
  },
  GTIN: ({ isEmpty, isOrigin }) => {
    if (isEmpty) return isOrigin ? null : 'returned';
    return isOrigin ? 'ingated' : null;
  },
};

// At a port of transshipment a vessel arrives, at the port of discharge it departs: neither is about the trip.
const calls: Readonly<Record<string, Read>> = {
  ARRI: ({ isRail, isPod }) => (isRail ? 'rail-arrived' : isPod ? 'arrived' : null),
  DEPA: ({ isRail, isOrigin }) => (isRail ? 'rail-departed' : isOrigin ? 'departed' : null),
};

/**
 * The DCSA words of a milestone (wire formats, section 20), as far as they say where the box is. Null: they say that it is about
 * another leg; undefined: they say nothing, and the vendor's own words count.
 */
export function readJourneyEvent(row: Row, drift: Drift): MilestoneCode | null | undefined {
  const event = rowOf(row, 'journey_event');
  const type = textOf(event, 'event_type');
  const kind = textOf(event, 'journey_type');
  const known = kind === 'EQUIPMENT' ? moves : kind === 'TRANSPORT' ? calls : null;
  if (type === null || known === null) return undefined;
  const read = Object.hasOwn(known, type) ? known[type] : undefined;
  if (!read && kind === 'TRANSPORT') drift.note('journey_event.event_type', type);
  return read?.(whereOf(row, event));
}

function whereOf(row: Row, event: Row): Where {
  const place = textOf(rowOf(row, 'shipment_location'), 'type_code') ?? '';
  return {
    isRail: textOf(event, 'transport_mode') === 'RAIL',
    isEmpty: textOf(event, 'empty_indicator') === 'EMPTY',
    isPod: place === 'POD',
    isOrigin: place === 'PRE' || place === 'POL',
    isDestination: ['POD', 'PDE', 'RTP'].includes(place),
  };
}
