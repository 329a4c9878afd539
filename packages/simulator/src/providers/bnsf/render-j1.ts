import type { BoxState } from '../../journey/box-state.ts';
import { localTime } from '../../zone.ts';
import { lastFreeDay } from './render.ts';
import { originOf, stationOf } from './stations.ts';
import type { Unit } from './units.ts';

export interface J1Period {
  /** `YYYY-MM-DD`, inclusive. */
  startDate: string;
  endDate: string;
  withData: boolean;
}

function named({ equipmentInitial, equipmentNumber }: Unit) {
  return { unitInitial: equipmentInitial, unitNumber: equipmentNumber };
}

function american(date: string): string {
  const [year, month, day] = date.split('-');
  return `${month}/${day}/${year}`;
}

function place(state: BoxState) {
  const { lot, row, spot } = state.facts.lot;
  return { lotLocation: lot, rowLocation: row, spotLocation: spot };
}

// No member says which way a unit went; the vendor's sample message begins with INGATE, so OUTGATE is inferred.
function gateMove(state: BoxState, at: number) {
  const hub = stationOf(state.site);
  const { date, time } = localTime(at, hub.zone);
  return {
    eventCode: 'TA',
    eventDate: date,
    eventTime: time,
    gateEditCode: 'A',
    gateEditMessage: `OUTGATE AT ${hub.name.toUpperCase()}   `,
    unitStatusCode: 'Not in Inv',
    station333: hub.id,
    stationStateCode: hub.state,
    truckCarrierScac: 'XDRY',
  };
}

function schedule(state: BoxState) {
  const hub = stationOf(state.site);
  const deramp = localTime(state.happened.deramped ?? state.startAt, hub.zone);
  const notified = localTime(state.happened.notified ?? state.startAt, hub.zone);
  return {
    estimatedDerampDate: deramp.date,
    estimatedDerampTime: deramp.time.slice(0, 5).replace(/^0/, ''),
    'lockedEstimatedNotificationDate(1)': american(notified.date),
    lockedEstimatedNotificationTime: notified.time.slice(0, 5),
    lastFreeDayDate: lastFreeDay(state) ?? '',
  };
}

function receipt(state: BoxState, unit: Unit, at: number) {
  const { facts } = state;
  const hub = stationOf(state.site);
  const origin = originOf(hub);
  return {
    ...named(unit),
    ...gateMove(state, at),
    ...schedule(state),
    originStation333: origin.id,
    originStationStateCode: origin.state,
    destinationStation333: hub.id,
    destinationStateCode: hub.state,
    badOrderIndicator: false,
    fullBilledIndicator: true,
    hazmatIndicator: false,
    loadEmptyChassisCode: 'L',
    lengthFeet: facts.lengthFeet,
    grossWeightPounds: String(facts.weightPounds),
    ingateSealNumber: facts.seal,
    releaseNumber: `L${facts.appointmentNumber}`,
    stopOrderDescription: '',
    vesselName: facts.vesselName,
    voyageBookingNumber: facts.bookingNumber,
    flightVoyageNumber: facts.importVoyage,
    // These two keys are the vendor's: a blank and a number in brackets.
    'unitLocation (1)': place(state),
    parkingAssignment: place(state),
    attachedUnit: {},
  };
}

function outgatedWithin(state: BoxState, period: J1Period): number | null {
  const at = state.happened.outgated;
  if (at === undefined) return null;
  const { date } = localTime(at, stationOf(state.site).zone);
  return date >= period.startDate && date <= period.endDate ? at : null;
}

/** One of `elements[]` of `/v1/j1-receipts`. Flags are real booleans here, unlike unit details. */
export function renderJ1(state: BoxState, unit: Unit, period: J1Period) {
  const at = outgatedWithin(state, period);
  const data =
    at === null ? { ...named(unit), errorMessage: 'Unit details not available' } : receipt(state, unit, at);
  return {
    errors: [],
    status: 200,
    j1Details: { ...named(unit), j1PdfData: '', ...(period.withData ? { 'J1 Receipt': data } : {}) },
  };
}
