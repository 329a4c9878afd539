import type { BoxState } from '../../journey/box-state.ts';
import { latestEstimate } from '../../journey/box-state.ts';
import type { Milestone } from '../../journey/script.ts';
import { addDays, localTime, withOffset } from '../../zone.ts';

function at(ms: number | null | undefined, zone: string): string {
  return ms === null || ms === undefined ? '' : withOffset(ms, zone);
}

// The vendor publishes no vocabulary for this text: inferred.
function containerState(state: BoxState): string {
  if (state.happened.outgated !== undefined) return 'Departed';
  if (state.inYard) return 'In Yard';
  return state.happened.arrived === undefined ? 'On Vessel' : 'Vessel Arrived';
}

function yardLocation({ inYard, facts: { lot } }: BoxState): string {
  return inYard ? `${lot.lot}-${lot.row}-${lot.spot}` : '';
}

function sizeTypeHeight({ facts }: BoxState): string {
  return `${facts.lengthFeet}/${facts.typeCode}/${facts.heightCode}`;
}

/** The last day without charge, on the calendar of the site; empty while there is none. */
function paidThrough(state: BoxState, zone: string): string {
  if (state.freeDays === null) return '';
  return addDays(localTime(state.freeDaysSetAt, zone).date, state.freeDays);
}

/** One row of `/import-availability`. Everything but the weights is a string. */
export function renderImportAvailability(state: BoxState, zone: string) {
  const { facts, happened } = state;
  const eta = happened.arrived ?? latestEstimate(state, 'arrived');
  return {
    containerId: state.number,
    billOfLading: facts.billOfLading,
    readyForDelivery: state.available ? 'Yes' : 'No',
    containerState: containerState(state),
    dischargeDateTimeLocal: at(happened.discharged, zone),
    yardLocation: yardLocation(state),
    containerHolds: state.holds.map((hold) => hold.text).join(', '),
    storagePaidThroughDate: paidThrough(state, zone),
    demurrageOwed: state.owed,
    sizeTypeHeight: sizeTypeHeight(state),
    containerIsoCode: facts.isoCode,
    containerGrossWeightKilos: facts.weightKilos,
    containerGrossWeightPounds: facts.weightPounds,
    hazardous: 'false',
    facilityOutDateTimeLocal: at(happened.outgated, zone),
    vesselName: facts.vesselName,
    vesselEtaDateTimeLocal: at(eta, zone),
    shippingLine: facts.lineCode,
    appointment: state.appointmentAt === null ? '' : facts.appointmentNumber,
    appointmentDateTimeLocal: at(state.appointmentAt, zone),
  };
}

// Event texts are free text at the vendor's: inferred.
const eventTexts: Partial<Record<Milestone, readonly string[]>> = {
  announced: ['Preadvised'],
  discharged: ['Discharged', 'Moved To Yard'],
  outgated: ['Exited By Truck'],
  empty_returned: ['Entered By Truck'],
};

function capitalised(text: string): string {
  return text.toLowerCase().replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase());
}

/** One row of `/container-event-history`. */
export function renderEventHistory(state: BoxState, zone: string) {
  const eventDetails = state.history.flatMap((happening) => {
    const texts = [
      ...happening.marks.flatMap((milestone) => eventTexts[milestone] ?? []),
      ...happening.placed.map((hold) => `${capitalised(hold.text)} Applied`),
      ...happening.lifted.map((hold) => `${capitalised(hold.text)} Released`),
    ];
    return texts.map((eventType) => ({
      performedDateTimeLocal: withOffset(happening.at, zone),
      eventType,
      positionNotes: eventType === 'Moved To Yard' ? yardLocation({ ...state, inYard: true }) : '',
    }));
  });
  return { containerId: state.number, shippingLine: state.facts.lineCode, eventDetails };
}

/** One row of `/empty-container-returns`. */
export function renderEmptyReturn(state: BoxState, zone: string) {
  const returned = state.happened.empty_returned;
  return {
    containerId: state.number,
    shippingLine: state.facts.lineCode,
    containerIsoCode: state.facts.isoCode,
    sizeTypeHeight: sizeTypeHeight(state),
    isContainerReturned: returned === undefined ? 'false' : 'true',
    gateInDateTimeLocal: at(returned, zone),
  };
}
