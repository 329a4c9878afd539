import type { BoxState } from '../../journey/box-state.ts';
import { latestEstimate } from '../../journey/box-state.ts';
import { localTime } from '../../zone.ts';
import { lastFreeDay, lastSeen } from './render.ts';
import { originOf, stationOf } from './stations.ts';
import type { Unit } from './units.ts';

/** `2026-03-08` as `03/08/2026`. */
function american(date: string): string {
  const [year, month, day] = date.split('-');
  return `${month}/${day}/${year}`;
}

function dateAndTime(ms: number | null | undefined, zone: string): { date: string; time: string } {
  if (ms === null || ms === undefined) return { date: '', time: '' };
  const { date, time } = localTime(ms, zone);
  return { date: american(date), time: time.slice(0, 5) };
}

// The vendor's own samples hold such times: 06:15 as 615.
function bareDigits(time: string): string {
  return String(Number(time.replace(':', '')));
}

const stranger =
  'You are not an authorized waybill party to track this equipment. Please verify your information and try again.';

function lastEvent(state: BoxState) {
  const seen = lastSeen(state);
  const { date, time } = dateAndTime(seen.at, seen.place.zone);
  return {
    lastEventDescription: seen.words,
    lastEventDate: date,
    lastEventTime: state.facts.outOfOrder ? bareDigits(time) : time,
    lastEventRailNetworkLocationName: `${seen.place.id}, ${seen.place.state}`,
    lastReportingSCAC: 'BNSF',
  };
}

function nextEvent(state: BoxState) {
  const destination = stationOf(state.site);
  const { date, time } = dateAndTime(state.expected.deramped, destination.zone);
  return {
    nextScheduledEventDescription: date === '' ? '' : 'Deramp',
    nextScheduledEventDate: date,
    nextScheduledEventTime: time,
    nextScheduledEventStation333: date === '' ? '' : destination.id,
    nextScheduledEventStateCode: date === '' ? '' : destination.state,
    finalScheduledEventDescription: 'Deramp',
  };
}

function estimates(state: BoxState) {
  const { zone } = stationOf(state.site);
  const deramped = state.happened.deramped ?? latestEstimate(state, 'deramped');
  const available = dateAndTime(deramped, zone);
  const notified = dateAndTime(state.happened.notified ?? state.expected.notified, zone);
  return {
    estimatedShipmentAvailabilityDate: available.date,
    estimatedShipmentAvailabilityTime: available.time,
    estimatedCustomerNotificationDate: notified.date,
    estimatedCustomerNotificationTime: notified.time,
  };
}

/** One of `elements[]` of `/v1/units`: tracing between hubs; a unit that is not there has a message instead. */
export function renderTracing(state: BoxState, unit: Unit) {
  if (!state.found || state.happened.outgated !== undefined) return { ...unit, message: stranger };
  const destination = stationOf(state.site);
  const origin = originOf(destination);
  const { facts } = state;
  const lot = `${facts.lot.lot} ${facts.lot.row} ${facts.lot.spot}`;
  const free = lastFreeDay(state);
  return {
    ...unit,
    ...lastEvent(state),
    ...nextEvent(state),
    ...estimates(state),
    originRailNetworkLocationName: `${origin.id}, ${origin.state}`,
    destinationRailNetworkLocationName: `${destination.id}, ${destination.state}`,
    finalDestinationRailNetworkLocationName: `${destination.id}, ${destination.state}`,
    lotRowSpotLabel: state.inYard ? lot : '',
    demurrageStartDate: free === null ? '' : american(free),
    demurrageAmount: 0,
    shipmentExceptionDescription: '',
    bol: facts.billOfLading,
    waybillNumber: facts.seal.slice(2),
    trainId: facts.trainId,
    carId: `BNSF${facts.carNumber}`,
    chassisId: '',
    unitTypeCode: 'POG',
    tofccofc: 'C',
    truckingCompanyName: '',
    latitude: 34.404_79,
    longitude: -103.205_21,
    nextSCAC: '',
  };
}
