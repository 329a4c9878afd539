import fc from 'fast-check';
import type { ProgramName } from '../../src/launch/environment.ts';

/** Whose death is tried; the board only looks on. */
export const victims = [
  'identity-manager',
  'connect-data',
  'trace-manager',
  'tracer',
  'webhook-delivery',
] as const satisfies ProgramName[];
export type Victim = (typeof victims)[number];

/** Where a program can be made to die, and which one comes there. */
export const fatalPoints = {
  C1: 'connect-data',
  C2: 'connect-data',
  C7: 'connect-data',
  C8: 'connect-data',
  'apply.before-swap': 'trace-manager',
  'apply.after-swap': 'trace-manager',
  'apply.after-settled': 'trace-manager',
  'settle.before-swap': 'trace-manager',
  'settle.after-swap': 'trace-manager',
  'outbox.before-insert': 'trace-manager',
  'outbox.after-insert': 'trace-manager',
  'tracer.before-request': 'tracer',
  'tracer.after-answer': 'tracer',
  'tracer.after-record': 'tracer',
  C9: 'webhook-delivery',
  C10: 'webhook-delivery',
} as const satisfies Record<string, Victim>;
export type FatalPoint = keyof typeof fatalPoints;
// The cast: the keys of a constant.
const fatalNames = Object.keys(fatalPoints) as FatalPoint[];

/** What happens to the platform while a TMS uses it. */
export type Step =
  | { do: 'publish'; boxes: number }
  /** The last box once more, which forces a trace. */
  | { do: 'publish again' }
  | { do: 'kill'; program: Victim }
  /** The program that comes to this point next dies there. */
  | { do: 'die'; at: FatalPoint }
  | { do: 'flush' }
  /** So many deliveries fail at the TMS, each once. */
  | { do: 'outage'; failures: number; how: 'status' | 'drop' }
  /** Anything else that a test thinks of. `costs`: what it is to the deliveries in flight, an end of their program or a flush. */
  | { do: 'act'; what: string; act: () => Promise<unknown>; costs?: 'end' | 'flush' };

/** Steps with the milliseconds before each. A schedule begins with a publish of its own. */
export type Schedule = readonly { afterMs: number; step: Step }[];

const calm: fc.Arbitrary<Step>[] = [
  fc.record({ do: fc.constant('publish' as const), boxes: fc.integer({ min: 1, max: 2 }) }),
  fc.record({ do: fc.constant('publish again' as const) }),
];

const kills = fc.record({ do: fc.constant('kill' as const), program: fc.constantFrom(...victims) });

const faults: fc.Arbitrary<Step>[] = [
  kills,
  fc.record({ do: fc.constant('flush' as const) }),
  fc.record({
    do: fc.constant('outage' as const),
    failures: fc.integer({ min: 1, max: 3 }),
    how: fc.constantFrom('status' as const, 'drop' as const),
  }),
];

const deaths = fc.record({ do: fc.constant('die' as const), at: fc.constantFrom(...fatalNames) });

/** Schedules of one to six steps with a death; `withPoints` where failpoints can be reached. */
export function anySchedule({ withPoints }: { withPoints: boolean }): fc.Arbitrary<Schedule> {
  const fatal = withPoints ? deaths : kills;
  const step = fc.oneof(...calm, ...faults, fatal, fatal);
  const timed = fc.record({ afterMs: fc.integer({ min: 0, max: 400 }), step });
  return fc.array(timed, { minLength: 1, maxLength: 6 }).filter((schedule) => schedule.some(isDeath));
}

function isDeath({ step }: Schedule[number]): boolean {
  return step.do === 'kill' || step.do === 'die';
}

/** One line for a person. */
export function describeSchedule(schedule: Schedule): string {
  const words = schedule.map(({ afterMs, step }) => `+${afterMs} ms ${describeStep(step)}`);
  return ['publish', ...words].join(' · ');
}

function describeStep(step: Step): string {
  switch (step.do) {
    case 'publish':
      return `publish ${step.boxes}`;
    case 'kill':
      return `kill ${step.program}`;
    case 'die':
      return `${fatalPoints[step.at]} dies at ${step.at}`;
    case 'outage':
      return `${step.failures} deliveries fail by ${step.how}`;
    case 'act':
      return step.what;
    default:
      return step.do;
  }
}
