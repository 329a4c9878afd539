import type { Carrier, Destination, EventLocation, Fee, HoldType } from '@envase/contracts';

/** A moment as a source gave it. `zoneAssumed` marks a zone-less time of a site whose zone is unknown (contract s4). */
export interface SourceTime {
  /** ISO 8601 with offset. */
  at: string;
  zoneAssumed?: true;
}

/** What can happen to a box, in our words; `eta` and `etd` are expectations, all others have happened. */
export const milestoneCodes = [
  'departed',
  'loaded',
  'eta',
  'etd',
  'arrived',
  'discharged',
  'grounded',
  'outgated',
  'returned',
  'ingated',
  'empty-out',
  'rail-loaded',
  'rail-departed',
  'rail-arrived',
  'rail-unloaded',
  'delivered',
  'appointment-ready',
  'completed',
] as const;
export type MilestoneCode = (typeof milestoneCodes)[number];

/** Something that happened or is expected to happen to a box. */
export interface Milestone {
  code: MilestoneCode;
  /** Null when the source says that it happened but not when. */
  time: SourceTime | null;
  location: EventLocation | null;
  /** A line tells legs apart by it; terminals count no `rail` milestones and railroads no `vessel` ones. */
  mode?: 'vessel' | 'rail' | 'truck';
}

export interface ObservedHold {
  type: HoldType;
  description: string | null;
  providerCode: string | null;
}

export interface ObservedAppointment {
  start: SourceTime;
  end: SourceTime | null;
  number: string | null;
}

/** What a booking result carries besides the fields of every result (contract s4; evidence 8.3). Times carry an offset. */
export interface BookingFacts {
  locationCode: string | null;
  steamshipLine: string | null;
  vessel: string | null;
  vesselNumber: string | null;
  voyage: string | null;
  earliestLoading: string | null;
  arrived: string | null;
  etd: string | null;
  eta: string | null;
  departed: string | null;
  cutoff: string | null;
  reeferCutoff: string | null;
  oogCutoff: string | null;
  hazmatCutoff: string | null;
  hazmat: boolean | null;
  reefer: boolean | null;
  oogAllowed: boolean | null;
  totalContainers: number | null;
  loadedContainers: number | null;
  emptyContainers: number | null;
  bookingDetails: BookingDetail[];
}

/** One equipment line of a booking. */
export interface BookingDetail {
  temperatureRequired: string | null;
  containerIso: string | null;
  containerDescription: string | null;
  totalContainers: number | null;
  loadedContainers: number | null;
  hazmat: boolean | null;
  reefer: boolean | null;
  oogAllowed: boolean | null;
}

/**
 * What one provider said about one box at one moment, in our words. A mapper's only output and `fold`'s only input.
 * `null` means "this source does not say"; an empty list means "this source says: none".
 */
export interface Observed {
  found: boolean;
  /** ISO instant of the answer. */
  observedAt: string;
  providerUpdatedAt: string | null;
  description: string | null;
  /** Feet, as a string (contract s4). */
  length: string | null;
  isoType: string | null;
  loaded: 'laden' | 'empty' | null;
  billOfLading: string | null;
  carrier: Carrier | null;
  destination: Destination | null;
  milestones: Milestone[];
  holds: ObservedHold[] | null;
  fees: Fee[] | null;
  available: boolean | null;
  /** Local calendar dates `YYYY-MM-DD`, never instants. */
  lastFreeDays: { source: 'line' | 'terminal' | 'rail'; date: string }[];
  /** Undefined: the source does not say; null: it says there is none. */
  appointment?: ObservedAppointment | null;
  lot: string | null;
  /** Only for bookings; a field that is null or absent is not said. */
  booking?: Partial<BookingFacts>;
  /** Codes the mapper did not know: kept, counted and reported as drift. */
  unknownCodes: string[];
}

/** An observation that the source does not know the box (yet). */
export function notFound(observedAt: string): Observed {
  return {
    found: false,
    observedAt,
    providerUpdatedAt: null,
    description: null,
    length: null,
    isoType: null,
    loaded: null,
    billOfLading: null,
    carrier: null,
    destination: null,
    milestones: [],
    holds: null,
    fees: null,
    available: null,
    lastFreeDays: [],
    lot: null,
    unknownCodes: [],
  };
}
