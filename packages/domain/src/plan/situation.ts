import type { CanonicalStatus, EventCode, Service, StatusEvent } from '@envase/contracts';
import type { Where } from '../fold/steps.ts';
import { legOf, whereIs } from '../status.ts';
import { daysUntil, localHour, toEpochMs } from '../time.ts';
import type { TraceFacts, TraceState } from '../trace-state.ts';

/** What the conditions of cadence rules look at. Distances in business milliseconds: real ones times `speed`. */
export interface Situation {
  status: CanonicalStatus;
  service: Service;
  where: Where;
  leg: 'vessel' | 'rail';
  isHeld: boolean;
  hasFee: boolean;
  isAvailable: boolean;
  isGateOpen: boolean;
  etaInMs: number | null;
  appointmentInMs: number | null;
  lastFreeDayInDays: number | null;
  notFoundCount: number;
}

const gate = { opensAt: 6, closesAt: 22, lastDayOfWeek: 6 };

/** Reads a state for planning. Null: never traced, which counts as not found. */
export function readSituation(
  state: TraceState | null,
  context: { facts: TraceFacts; now: number; speed: number; notFoundCount: number },
): Situation {
  const { facts, now, speed, notFoundCount } = context;
  const lfd = state?.lastFreeDay.earliest ?? null;
  const distance = (at: unknown) => {
    const ms = typeof at === 'string' ? toEpochMs(at) : null;
    return ms === null ? null : Math.round((ms - now) * speed);
  };
  const leg = legOf(state?.position ?? null, facts);
  return {
    status: state?.status ?? 'not_found',
    service: facts.service,
    where: state ? whereIs(state, facts) : 'unknown',
    leg,
    isHeld: find(state, 'hold') !== undefined,
    hasFee: (state?.fees.length ?? 0) > 0,
    isAvailable: state?.available === true,
    isGateOpen: isGateOpen(now, { zone: facts.zone, speed }),
    etaInMs: distance((findEta(state, leg) ?? find(state, 'eta'))?.data.eta),
    appointmentInMs: distance(find(state, 'appointment')?.data.appointment),
    lastFreeDayInDays: lfd === null ? null : daysUntil(lfd, now, facts.zone),
    notFoundCount,
  };
}

function find(state: TraceState | null, code: EventCode): StatusEvent | undefined {
  return state?.events.find((event) => event.code === code);
}

function findEta(state: TraceState | null, leg: Situation['leg']): StatusEvent | undefined {
  return state?.events.find(
    ({ code, data }) => code === 'eta' && (data.mode === 'rail') === (leg === 'rail'),
  );
}

/** A demonstration's fast clock has no nights. */
function isGateOpen(now: number, { zone, speed }: { zone: string | null; speed: number }): boolean {
  if (zone === null || speed !== 1) return true;
  const { hour, dayOfWeek } = localHour(now, zone);
  return dayOfWeek <= gate.lastDayOfWeek && hour >= gate.opensAt && hour < gate.closesAt;
}
