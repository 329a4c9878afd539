import { hashOf } from '../../hash.ts';
import type { BoxState } from '../../journey/box-state.ts';
import { latestEstimate } from '../../journey/box-state.ts';
import { addDays, localTime } from '../../zone.ts';
import { originOf, stationOf, wayside } from './stations.ts';
import type { Unit } from './units.ts';

function iso(ms: number | null | undefined): string {
  return ms === null || ms === undefined ? '' : new Date(ms).toISOString();
}

/** Where a unit was last seen, and since when. The codes but `DR` are inferred. */
export function lastSeen(state: BoxState) {
  const destination = stationOf(state.site);
  const { deramped } = state.happened;
  if (deramped !== undefined) return { place: destination, at: deramped, code: 'DR', words: 'Deramp' };
  const last = state.history.at(-1);
  const departing = last?.marks.includes('rail_departed') ?? false;
  return {
    place: departing ? originOf(destination) : wayside,
    at: last?.at ?? state.startAt,
    code: departing ? 'TD' : 'PS',
    words: departing ? 'Train Departed' : 'Passing',
  };
}

/** Last free storage day on the calendar of the hub; null while there is none. */
export function lastFreeDay(state: BoxState): string | null {
  if (state.freeDays === null) return null;
  return addDays(localTime(state.freeDaysSetAt, stationOf(state.site).zone).date, state.freeDays);
}

function lotOf(state: BoxState) {
  const { lot, row, spot, tier } = state.facts.lot;
  const inYard = state.inYard;
  return {
    equipmentLocationCode: inYard ? 'G' : 'R',
    equipmentLotLocationName: inYard ? lot : '',
    equipmentLotRowLocationName: inYard ? row : '',
    equipmentLotRowSpotLocationName: inYard ? spot : '',
    equipmentLotRowSpotTierLocationName: inYard ? tier : '',
    equipmentLotRowSpotTierStatusName: inYard ? 'In Stack' : '',
  };
}

function equipmentOf({ facts }: BoxState) {
  return {
    loadEmptyChassisCode: 'L',
    equipmentLengthFeet: facts.lengthFeet,
    equipmentOutsideHeightFeet: facts.heightFeet,
    equipmentOutsideHeightInches: facts.heightInches,
    equipmentGrossScaleWeightPounds: String(facts.weightPounds),
    shipmentNetScaleWeightPounds: String(facts.weightPounds - Math.round(facts.tareKilos * 2.204_62)),
    equipmentTareWeightPounds: String(Math.round(facts.tareKilos * 2.204_62)),
    equipmentDoorSealNumber: facts.seal,
    equipmentGradeCode: 'H',
    carKindCode: 'K18 ',
    carKindTypeCode: 'K',
  };
}

function trainOf(state: BoxState) {
  const onTrain = state.happened.deramped === undefined;
  const seen = lastSeen(state);
  return {
    carInitial: onTrain ? 'BNSF' : '',
    carNumber: onTrain ? state.facts.carNumber : '',
    trackNumber: onTrain ? '' : '1234',
    station333: seen.place.id,
    stationStateCode: seen.place.state,
    lastPassedStation333: onTrain ? seen.place.id : '',
    lastPassedStateCode: onTrain ? seen.place.state : '',
    eventCode: seen.code,
    eventDatetime: iso(seen.at),
  };
}

// Both texts are documented for a unit that is not there; which one a number gets does not matter.
function absence(state: BoxState): string {
  if (state.happened.outgated !== undefined) return 'Not in BNSF Inventory';
  return hashOf(state.seed, state.number, 'absent') % 2 === 0
    ? 'Not in BNSF Inventory'
    : 'No details found for unit';
}

/** One row of `/v3/unit-details`. Every member is a string. */
export function renderUnitDetails(state: BoxState, unit: Unit) {
  const gone = !state.found || state.happened.outgated !== undefined;
  if (gone) return { ...unit, derivedEquipmentStatusName: absence(state) };
  const destination = stationOf(state.site);
  const origin = originOf(destination);
  const deramped = state.happened.deramped !== undefined;
  return {
    ...unit,
    derivedEquipmentStatusName: state.inYard ? 'On the Ground' : 'In Transit',
    derivedBadOrderIndicator: 'N',
    ...lotOf(state),
    ...trainOf(state),
    originStation333: origin.id,
    originStationStateCode: origin.state,
    destinationStation333: destination.id,
    destinationStateCode: destination.state,
    estimatedEquipmentUnloadDatetime: deramped ? '' : iso(latestEstimate(state, 'deramped')),
    lockedEstimatedPickupNotificationDatetime: iso(state.happened.notified ?? state.expected.notified),
    shipmentLastFreeStorageDate: lastFreeDay(state) ?? '',
    ...equipmentOf(state),
    waybillHazardousMaterialIndicator: 'N',
    fullWaybillIndicator: 'Y',
    truckingScac: '',
    shipper633: 'SAMPLESHIPP',
    attachedIntermodalUnits: [],
  };
}
