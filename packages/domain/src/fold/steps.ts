import type { CanonicalStatus } from '@envase/contracts';
import type { Milestone, MilestoneCode } from '../observation.ts';
import type { TraceFacts } from '../trace-state.ts';

/** Where a box is as far as a driver cares. */
export type Where = 'unknown' | 'origin' | 'en_route' | 'arrived' | 'at_facility' | 'left';

/**
 * What one milestone says about where the box is. Legs only go up within a trip; inside a leg the later word counts (a train
 * leaves a ramp again), or `order` where a source gives no times.
 */
export interface Step {
  leg: number;
  order: number;
  where: Where;
  status: CanonicalStatus;
}

type Steps = Partial<Record<MilestoneCode, Step>>;

const step = (leg: number, order: number, where: Where, status: CanonicalStatus): Step => ({
  leg,
  order,
  where,
  status,
});

const originSteps: Steps = {
  'empty-out': step(0, 0, 'origin', 'booked'),
  ingated: step(0, 1, 'origin', 'booked'),
};

const lastSteps: Steps = {
  outgated: step(4, 0, 'left', 'outgated'),
  delivered: step(5, 0, 'left', 'delivered'),
  returned: step(6, 0, 'left', 'empty_returned'),
};

const terminalSteps: Steps = {
  ...originSteps,
  loaded: step(1, 0, 'en_route', 'on_vessel'),
  departed: step(1, 1, 'en_route', 'on_vessel'),
  arrived: step(1, 2, 'arrived', 'vessel_arrived'),
  discharged: step(2, 0, 'at_facility', 'discharged'),
  grounded: step(2, 1, 'at_facility', 'discharged'),
  ...lastSteps,
};

const trainSteps: Steps = {
  'rail-loaded': step(3, 0, 'en_route', 'on_rail'),
  'rail-departed': step(3, 1, 'en_route', 'on_rail'),
  'rail-arrived': step(3, 2, 'arrived', 'rail_arrived'),
  'rail-unloaded': step(3, 3, 'at_facility', 'grounded'),
};

/** A vessel's words, said of a train. */
const trainWords: Partial<Record<MilestoneCode, MilestoneCode>> = {
  loaded: 'rail-loaded',
  departed: 'rail-departed',
  arrived: 'rail-arrived',
  discharged: 'rail-unloaded',
  grounded: 'rail-unloaded',
};

const importSteps: Record<TraceFacts['providerType'], Steps> = {
  terminal: terminalSteps,
  rail: { ...originSteps, ...trainSteps, ...lastSteps },
  line: { ...terminalSteps, ...trainSteps },
};

const exportSteps: Steps = {
  'empty-out': step(0, 0, 'origin', 'booked'),
  ingated: step(1, 0, 'at_facility', 'export_ingated'),
  completed: step(1, 1, 'at_facility', 'export_ingated'),
  loaded: step(2, 0, 'left', 'loaded'),
  'rail-loaded': step(2, 0, 'left', 'loaded'),
  departed: step(3, 0, 'left', 'departed'),
  'rail-departed': step(3, 0, 'left', 'departed'),
};

const emptySteps: Steps = {
  'empty-out': step(0, 0, 'origin', 'booked'),
  completed: step(1, 0, 'left', 'empty_returned'),
  returned: step(1, 1, 'left', 'empty_returned'),
};

/** The steps of a trace: what a milestone means depends on the service and on who says it (contract s5). */
export function stepsOf({ service, providerType }: TraceFacts): Steps {
  if (service === 'availability') return importSteps[providerType];
  return service === 'empty' ? emptySteps : exportSteps;
}

/** The code under which a milestone counts for where the box is; null where it is about another leg than the source's. */
export function stepCode(milestone: Milestone, facts: TraceFacts): MilestoneCode | null {
  const { code, mode } = milestone;
  if (facts.service !== 'availability') return code;
  const isTrain = facts.providerType === 'rail' || (facts.providerType === 'line' && mode === 'rail');
  const isForeign =
    (facts.providerType === 'terminal' && mode === 'rail') ||
    (facts.providerType === 'rail' && mode === 'vessel');
  if (isForeign && !(code in lastSteps)) return null;
  return isTrain ? (trainWords[code] ?? code) : code;
}
