import { findSite } from '../sites.ts';
import { compareNumbers, type DcsaEvent } from './events.ts';
import { dcsaTntManifest } from './manifest.ts';

/** The frame of a trip: without it no gate move and no arrival can be told from one of another leg. */
export interface Journey {
  /** UN/LOCODE of the port of discharge, null when neither given nor to be inferred. */
  pod: string | null;
  /** First loading on a vessel, in milliseconds. */
  loadedMs: number | null;
  /** Last discharge from a vessel that no loading followed. */
  dischargedMs: number | null;
  /** Where that was. */
  dischargedAt: string | null;
}

/** Reads the frame; `siteId` is the published site, or empty. */
export function readJourney(events: readonly DcsaEvent[], siteId: string): Journey {
  const pod = givenPort(siteId) ?? inferPort(events);
  const vessel = events.filter(isVesselMove);
  const loads = vessel.filter(({ code, unLocode }) => code === 'LOAD' && (pod === null || unLocode !== pod));
  const discharges = vessel.filter(
    ({ code, unLocode }) => code === 'DISC' && (pod === null || unLocode === pod),
  );
  const lastLoad = loads.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY;
  const discharge = discharges.findLast(({ atMs }) => atMs >= lastLoad);
  return {
    pod,
    loadedMs: loads[0]?.atMs ?? null,
    dischargedMs: discharge?.atMs ?? null,
    dischargedAt: discharge?.unLocode ?? null,
  };
}

/** Whether the event is of the part of the trip that begins at the port of discharge. */
export function isDestinationSide({ unLocode, atMs }: DcsaEvent, journey: Journey): boolean {
  if (journey.loadedMs !== null && atMs < journey.loadedMs) return false;
  if (journey.pod !== null && unLocode === journey.pod) return true;
  return journey.dischargedMs !== null && atMs >= journey.dischargedMs;
}

/** Whether the event is of the part that ends with the first loading on a vessel. */
export function isOriginSide(event: DcsaEvent, journey: Journey): boolean {
  if (isDestinationSide(event, journey) || (journey.pod !== null && event.unLocode === journey.pod))
    return false;
  return journey.loadedMs === null || event.atMs <= journey.loadedMs;
}

function isVesselMove({ kind, classifier, mode }: DcsaEvent): boolean {
  return kind === 'EQUIPMENT' && classifier === 'ACT' && (mode === 'VESSEL' || mode === null);
}

function givenPort(siteId: string): string | null {
  const site = findSite(dcsaTntManifest, siteId);
  if (site) return site.id;
  return /^[A-Z]{2}[A-Z0-9]{3}$/i.test(siteId) ? siteId.toUpperCase() : null;
}

/**
 * The last port a vessel is planned to bring the box to. A port that was never planned, or where the box was loaded
 * again, may be one of transshipment: then nothing is inferred, unless the box was seen to leave it by the gate.
 */
function inferPort(events: readonly DcsaEvent[]): string | null {
  const arrivals = events.filter(
    ({ kind, code, mode, unLocode }) =>
      kind === 'TRANSPORT' && code === 'ARRI' && mode === 'VESSEL' && unLocode,
  );
  const ports = Map.groupBy(arrivals, ({ unLocode }) => unLocode ?? '');
  const [last] = [...ports]
    .map(([port, calls]) => ({ port, calls, atMs: currentOf(calls)?.atMs ?? 0 }))
    .toSorted((a, b) => b.atMs - a.atMs);
  if (!last) return null;
  const moves = events.filter(({ kind, classifier, unLocode }) => {
    return kind === 'EQUIPMENT' && classifier === 'ACT' && unLocode === last.port;
  });
  const isPassed = moves.some(
    ({ code, mode, atMs }) => code === 'LOAD' && mode !== 'RAIL' && atMs >= last.atMs,
  );
  const isPlanned = last.calls.some(({ classifier }) => classifier === 'PLN' || classifier === 'EST');
  const isLeft = moves.some(
    ({ code, isEmpty, atMs }) => code === 'GTOT' && isEmpty === false && atMs >= last.atMs,
  );
  return !isPassed && (isPlanned || isLeft) ? last.port : null;
}

/** What is true now of one call: the actual time before any estimate, then what was stated last. */
function currentOf(events: readonly DcsaEvent[]): DcsaEvent | null {
  const actual = events.filter(({ classifier }) => classifier === 'ACT');
  return newestOf(actual.length > 0 ? actual : events);
}

/** The event stated last, whatever the order they came in; an estimate before a plan of the same moment. */
export function newestOf(events: readonly DcsaEvent[]): DcsaEvent | null {
  const rank = ({ classifier }: DcsaEvent) => (classifier === 'ACT' ? 2 : classifier === 'EST' ? 1 : 0);
  const [newest] = events.toSorted(
    (a, b) => compareNumbers(b.createdMs, a.createdMs) || rank(b) - rank(a) || b.atMs - a.atMs,
  );
  return newest ?? null;
}
