import type { Milestone, MilestoneCode } from '@envase/domain';
import type { Drift } from '../kit/fields.ts';
import { quietEquipment, shipmentCodes } from './codes.ts';
import type { DcsaEvent } from './events.ts';
import { isDestinationSide, isOriginSide, type Journey, newestOf } from './journey.ts';

interface Candidate {
  code: MilestoneCode;
  event: DcsaEvent;
}

/** What the events say happened or will, each once per place: of several statements the newest. */
export function readMilestones(events: readonly DcsaEvent[], journey: Journey, drift: Drift): Milestone[] {
  const candidates = events.flatMap((event): Candidate[] => {
    const code = readCode(event, journey, drift);
    return code ? [{ code, event }] : [];
  });
  const places = Map.groupBy(
    candidates,
    ({ code, event }) => `${code} ${event.mode === 'RAIL'} ${event.unLocode}`,
  );
  const current = [...places.values()].flatMap((said): Candidate[] => {
    const event = newestOf(said.map((one) => one.event));
    const code = said[0]?.code;
    return event && code ? [{ code, event }] : [];
  });
  return dropOvertaken(current).map(write);
}

function readCode(event: DcsaEvent, journey: Journey, drift: Drift): MilestoneCode | null {
  if (event.kind === 'TRANSPORT') return readTransport(event, journey, drift);
  if (event.kind === 'EQUIPMENT') return readEquipment(event, journey, drift);
  if (!shipmentCodes.has(event.code)) drift.note('shipmentEventTypeCode', event.code);
  return null;
}

function readTransport(event: DcsaEvent, journey: Journey, drift: Drift): MilestoneCode | null {
  if (event.code !== 'ARRI' && event.code !== 'DEPA') {
    drift.note('transportEventTypeCode', event.code);
    return null;
  }
  if (event.classifier === null) return null;
  if (event.mode === 'RAIL') return readTrainCall(event);
  return event.mode === 'VESSEL' ? readVesselCall(event, journey) : null;
}

function readTrainCall({ code, classifier }: DcsaEvent): MilestoneCode | null {
  if (code === 'ARRI') return classifier === 'ACT' ? 'rail-arrived' : 'eta';
  return classifier === 'ACT' ? 'rail-departed' : null;
}

/** At a port of transshipment the vessel arrives, at the port of discharge it departs: neither is about the trip. */
function readVesselCall({ code, classifier, unLocode }: DcsaEvent, journey: Journey): MilestoneCode | null {
  const isAtPod = journey.pod !== null && unLocode === journey.pod;
  if ((code === 'ARRI') !== isAtPod) return null;
  if (code === 'DEPA' && unLocode === journey.dischargedAt) return null;
  if (isAtPod) return classifier === 'ACT' ? 'arrived' : 'eta';
  return classifier === 'ACT' ? 'departed' : 'etd';
}

function readEquipment(event: DcsaEvent, journey: Journey, drift: Drift): MilestoneCode | null {
  if (event.classifier !== 'ACT') return null;
  switch (event.code) {
    case 'LOAD':
    case 'DISC':
      return readLift(event, journey);
    case 'GTOT':
      return readGateOut(event, journey);
    case 'GTIN':
      return readGateIn(event, journey);
    case 'DROP':
      return event.isEmpty === true && event.facility === 'DEPO' ? readReturn(event, journey) : null;
    default:
      if (!quietEquipment.has(event.code)) drift.note('equipmentEventTypeCode', event.code);
      return null;
  }
}

function readLift({ code, mode, unLocode }: DcsaEvent, { pod }: Journey): MilestoneCode | null {
  if (mode === 'RAIL') return code === 'LOAD' ? 'rail-loaded' : 'rail-unloaded';
  if (mode !== 'VESSEL' && mode !== null) return null;
  const isAtPod = pod !== null && unLocode === pod;
  if (code === 'LOAD') return isAtPod ? null : 'loaded';
  return isAtPod ? 'discharged' : null;
}

function readGateOut(event: DcsaEvent, journey: Journey): MilestoneCode | null {
  if (event.isEmpty === false) return isDestinationSide(event, journey) ? 'outgated' : null;
  return event.isEmpty === true && isOriginSide(event, journey) ? 'empty-out' : null;
}

function readGateIn(event: DcsaEvent, journey: Journey): MilestoneCode | null {
  if (event.isEmpty === false) return isOriginSide(event, journey) ? 'ingated' : null;
  return event.isEmpty === true ? readReturn(event, journey) : null;
}

/** An empty comes back after its voyage; one that came before belongs to an earlier trip. */
function readReturn(event: DcsaEvent, { dischargedMs, loadedMs }: Journey): MilestoneCode | null {
  const since = dischargedMs ?? loadedMs;
  return since !== null && event.atMs > since ? 'returned' : null;
}

/** Drops estimates of what has happened; of rail estimates only the last ramp's is told. */
function dropOvertaken(current: readonly Candidate[]): Candidate[] {
  const has = (code: MilestoneCode, { unLocode }: DcsaEvent) =>
    current.some((one) => one.code === code && one.event.unLocode === unLocode);
  const rail = current.filter(({ code, event }) => code === 'eta' && event.mode === 'RAIL');
  const lastRail = rail
    .filter(({ event }) => !has('rail-arrived', event))
    .toSorted((a, b) => b.event.atMs - a.event.atMs)[0];
  return current.filter((one) => {
    if (one.code === 'etd') return !has('departed', one.event);
    if (one.code !== 'eta') return true;
    return one.event.mode === 'RAIL'
      ? one === lastRail
      : !has('arrived', one.event) && !has('discharged', one.event);
  });
}

function write({ code, event }: Candidate): Milestone {
  const modes = { VESSEL: 'vessel', RAIL: 'rail', TRUCK: 'truck' } as const;
  const mode = event.mode === null || event.mode === 'BARGE' ? undefined : modes[event.mode];
  return { code, time: event.at, location: event.location, ...(mode && { mode }) };
}
