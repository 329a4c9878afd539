import type { Service } from '@envase/contracts';
import type { MilestoneCode } from '@envase/domain';
import type { Scenario, ScenarioStep } from './scenarios.ts';

/** What a scenario says at one moment, with the times it gives. JSON; the same until its next step. */
export interface ScenarioSlice {
  scenario: string;
  milestones: { code: MilestoneCode; at: string }[];
  eta: string | null;
  holds: string[] | null;
  available: boolean | null;
  owed: string | null;
  lastFreeDay: string | null;
  appointment: string | null;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;

export interface Playing {
  service: Service;
  /** ISO time at which the trip began. */
  startedAt: string;
  nowMs: number;
  /** Minutes of the journey per real minute. */
  speed: number;
}

/** What the scenario says now, null while the box is not found: a function of its arguments alone. */
export function playScenario({ name, steps }: Scenario, playing: Playing): ScenarioSlice | null {
  const startMs = Date.parse(playing.startedAt);
  const minute = ((playing.nowMs - startMs) / minuteMs) * playing.speed;
  const past = (steps[playing.service] ?? []).filter((step) => step.minute <= minute);
  if (past.length === 0) return null;
  const at = (moment: number) => new Date(startMs + (moment * minuteMs) / playing.speed).toISOString();
  // Steps name only what changes, so the last word on each member stands.
  const current: ScenarioStep = Object.assign({ minute: 0 }, ...past);
  const milestones = past.flatMap((step) =>
    (step.happened ?? []).map((code) => ({ code, at: at(step.minute) })),
  );
  const isArrived = milestones.some(({ code }) => code === 'arrived' || code === 'discharged');
  const { eta, lastFreeInDays, appointment } = current;
  return {
    scenario: name,
    milestones,
    eta: eta === undefined || isArrived ? null : at(eta),
    holds: current.holds ? [...current.holds] : null,
    available: current.available ?? null,
    owed: current.owed ?? null,
    // A day of the calendar at real speed: a last free day in the past would end every fast journey in fees.
    lastFreeDay:
      lastFreeInDays === undefined
        ? null
        : new Date(startMs + lastFreeInDays * dayMs).toISOString().slice(0, 10),
    appointment: typeof appointment === 'number' ? at(appointment) : null,
  };
}
