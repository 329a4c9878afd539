import type { CanonicalStatus } from '@envase/contracts';

/** Whose view of a box (or booking) a journey tells. */
export type JourneyKind = 'terminal' | 'rail' | 'line' | 'booking';

/** What can happen to a box, in the words of no provider. */
export type Milestone =
  | 'booked'
  | 'announced'
  | 'empty_out'
  | 'gated_in'
  | 'loaded'
  | 'departed'
  | 'transshipment_arrived'
  | 'transshipment_departed'
  | 'arrived'
  | 'discharged'
  | 'rail_departed'
  | 'rail_arrived'
  | 'deramped'
  | 'notified'
  | 'appointment_made'
  | 'outgated'
  | 'empty_returned'
  | 'vessel_left';

export interface Hold {
  kind: 'customs' | 'freight' | 'usda';
  /** As a terminal prints it. */
  text: string;
}

/** What is true from one step to the next. A step states only what it changes. */
export interface Truth {
  holds: readonly Hold[];
  available: boolean;
  /** Dollars of demurrage, a decimal string. */
  owed: string;
  /** Free days after the day of the step that says so. */
  freeDays: number | null;
  /** The box stands in the yard and has a place there. */
  inYard: boolean;
  /** Minutes by which the appointment precedes the departure it is for. */
  appointmentLead: number | null;
  /** Of a booking: how much of it is done, in percent. */
  emptiesOut: number;
  received: number;
}

/** Somebody says when a milestone will be; `offBy` minutes late (or early, if negative). */
interface Estimate {
  of: Milestone;
  offBy: number;
  planned?: true;
}

export interface Step {
  id: string;
  /** Simulated minutes after the start of the journey. */
  at: number;
  /** The canonical status (contract s5) from here on. */
  status: CanonicalStatus;
  marks?: readonly Milestone[];
  /** Milestones that turn out not to have happened. */
  unmarks?: readonly Milestone[];
  estimate?: Estimate;
  change?: Partial<Truth>;
}

/** A journey as data. */
export interface Script {
  name: string;
  kinds: readonly JourneyKind[];
  summary: string;
  steps: readonly Step[];
  /** The status in which tracing of such a journey ends. */
  end: CanonicalStatus;
}

export const initialTruth: Truth = {
  holds: [],
  available: false,
  owed: '0.00',
  freeDays: null,
  inYard: false,
  appointmentLead: null,
  emptiesOut: 0,
  received: 0,
};

/** The same steps after a time in which the provider does not know the box. */
export function afterUnknown(minutes: number, steps: readonly Step[]): Step[] {
  const later = steps.map((step) => ({ ...step, at: step.at + minutes }));
  return [{ id: 'unknown', at: 0, status: 'not_found' }, ...later];
}
