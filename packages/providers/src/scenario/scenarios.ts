import type { Service } from '@envase/contracts';
import type { MilestoneCode } from '@envase/domain';

/** What is true from a moment of the trip on. A later step changes what it names and leaves the rest. */
export interface ScenarioStep {
  /** Minutes of the journey since the trip began. */
  minute: number;
  /** Happens at that minute. */
  happened?: readonly MilestoneCode[];
  /** Minute of the expected arrival. */
  eta?: number;
  holds?: readonly ('customs' | 'usda' | 'freight' | 'line' | 'terminal')[];
  available?: boolean;
  /** Demurrage owed in USD; `0.00` for none. */
  owed?: string;
  /** Days from the beginning of the trip to the last free day. */
  lastFreeInDays?: number;
  /** Minute of the pick-up appointment; null when it is gone. */
  appointment?: number | null;
}

export interface Scenario {
  name: string;
  summary: string;
  /** Where the provider fails instead of answering. */
  fails?: 'provider_unavailable' | 'login_failed';
  /** Steps by service; before the first one the box is not found. */
  steps: Partial<Record<Service, readonly ScenarioStep[]>>;
}

const ashore: readonly ScenarioStep[] = [
  { minute: 0, happened: ['loaded', 'departed'], eta: 60 },
  { minute: 60, happened: ['arrived'] },
  { minute: 90, happened: ['discharged', 'grounded'], available: false, holds: [] },
];

const free: readonly ScenarioStep[] = [
  { minute: 120, available: true, lastFreeInDays: 4, owed: '0.00', holds: [] },
  { minute: 150, appointment: 180 },
  { minute: 180, happened: ['outgated'], available: false, appointment: null },
  { minute: 300, happened: ['returned'] },
];

const exported: readonly ScenarioStep[] = [
  { minute: 0, happened: ['empty-out'] },
  { minute: 30, happened: ['appointment-ready'] },
  { minute: 90, happened: ['ingated', 'completed'] },
  { minute: 150, happened: ['loaded'] },
  { minute: 180, happened: ['departed'] },
];

const emptied: readonly ScenarioStep[] = [
  { minute: 0, happened: [] },
  { minute: 30, happened: ['appointment-ready'] },
  { minute: 90, happened: ['returned', 'completed'] },
];

const booked: readonly ScenarioStep[] = [
  { minute: 0, happened: ['empty-out'] },
  { minute: 90, happened: ['ingated'] },
  { minute: 150, happened: ['loaded'] },
  { minute: 180, happened: ['departed'] },
];

const later = (minutes: number, steps: readonly ScenarioStep[]): ScenarioStep[] =>
  steps.map((step) => ({
    ...step,
    minute: step.minute + minutes,
    ...(step.eta !== undefined && { eta: step.eta + minutes }),
    ...(typeof step.appointment === 'number' && { appointment: step.appointment + minutes }),
  }));

const others = { export: exported, empty: emptied, booking: booked };

/** Journeys that test traces play (contract s3, `isTest`; s10, `data.scenario`). The first is the default. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'import',
    summary:
      'on the vessel, ashore, available with a last free day, appointment, out after 3 hours, empty back',
    steps: { availability: [...ashore, ...free], ...others },
  },
  {
    name: 'hold',
    summary: 'as import, but held by customs and USDA, released one by one',
    steps: {
      availability: [
        ...ashore.slice(0, 2),
        { minute: 90, happened: ['discharged', 'grounded'], available: false, holds: ['customs', 'usda'] },
        { minute: 100, holds: ['customs'] },
        ...free,
      ],
      ...others,
    },
  },
  {
    name: 'fee',
    summary: 'as import, but demurrage is owed before the box may leave',
    steps: {
      availability: [...ashore, { minute: 100, owed: '385.00', lastFreeInDays: -1 }, ...free],
      ...others,
    },
  },
  {
    name: 'discharged',
    summary: 'is discharged at once and stays, not yet available',
    steps: {
      availability: [{ minute: 0, happened: ['discharged', 'grounded'], available: false }],
      ...others,
    },
  },
  {
    name: 'held',
    summary: 'is held by customs at once and stays so',
    steps: {
      availability: [
        { minute: 0, happened: ['discharged', 'grounded'], available: false, holds: ['customs'] },
      ],
      ...others,
    },
  },
  {
    name: 'outgated',
    summary: 'has left at once',
    steps: { availability: [{ minute: 0, happened: ['discharged', 'outgated'] }], ...others },
  },
  {
    name: 'found_late',
    summary: 'not found for an hour, then as import',
    steps: {
      availability: later(60, [...ashore, ...free]),
      export: later(60, exported),
      empty: later(60, emptied),
      booking: later(60, booked),
    },
  },
  { name: 'not_found', summary: 'never found', steps: {} },
  {
    name: 'fail',
    summary: 'the provider is down at every attempt',
    fails: 'provider_unavailable',
    steps: {},
  },
  {
    name: 'login_failed',
    summary: 'the provider refuses the login at every attempt',
    fails: 'login_failed',
    steps: {},
  },
];

/** Names for `data.scenario`, the default first. */
export const scenarioNames: readonly string[] = scenarios.map((scenario) => scenario.name);

/** The scenario of that name; the default for an empty one, null for an unknown one. */
export function findScenario(name: string): Scenario | null {
  return scenarios.find((scenario) => scenario.name === (name || scenarioNames[0])) ?? null;
}
