import { uuidOf } from '../../hash.ts';
import type { BoxState, Happening, StatedEstimate } from '../../journey/box-state.ts';
import type { Milestone } from '../../journey/script.ts';
import { utcSeconds, withOffset } from '../../zone.ts';
import type { Port } from './ports.ts';
import { ports } from './ports.ts';

type Classifier = 'PLN' | 'EST' | 'ACT';

/** An event of the standard (Track & Trace 2.2), as far as these journeys need its members. */
export interface DcsaEvent {
  eventID: string;
  eventType: 'SHIPMENT' | 'TRANSPORT' | 'EQUIPMENT';
  eventClassifierCode: Classifier;
  eventDateTime: string;
  eventCreatedDateTime: string;
  [member: string]: unknown;
}

interface Meaning {
  port: Port;
  mode: 'VESSEL' | 'TRUCK';
  facility: 'POTE' | 'DEPO';
  transport?: 'ARRI' | 'DEPA';
  equipment?: 'LOAD' | 'DISC' | 'GTIN' | 'GTOT';
  empty?: true;
}

const byVessel = { mode: 'VESSEL', facility: 'POTE' } as const;
const byTruck = { mode: 'TRUCK', facility: 'POTE' } as const;
const atDepot = { mode: 'TRUCK', facility: 'DEPO', empty: true } as const;

const meanings: Partial<Record<Milestone, Meaning>> = {
  empty_out: { ...atDepot, port: ports.load, equipment: 'GTOT' },
  gated_in: { ...byTruck, port: ports.load, equipment: 'GTIN' },
  loaded: { ...byVessel, port: ports.load, equipment: 'LOAD' },
  departed: { ...byVessel, port: ports.load, transport: 'DEPA' },
  transshipment_arrived: { ...byVessel, port: ports.between, transport: 'ARRI' },
  transshipment_departed: { ...byVessel, port: ports.between, transport: 'DEPA' },
  arrived: { ...byVessel, port: ports.discharge, transport: 'ARRI' },
  discharged: { ...byVessel, port: ports.discharge, equipment: 'DISC' },
  outgated: { ...byTruck, port: ports.discharge, equipment: 'GTOT' },
  empty_returned: { ...atDepot, port: ports.discharge, equipment: 'GTIN' },
};

interface Moment {
  at: number;
  saidAt: number;
  classifier: Classifier;
}

function transportCall({ facts, seed }: BoxState, { port, mode, facility }: Meaning) {
  const { zone: _zone, facilityCode, ...place } = port;
  const call = {
    transportCallID: uuidOf(seed, facts.vesselImo, facts.importVoyage, place.UNLocationCode, mode),
    modeOfTransport: mode,
    location: { ...place, facilityCode, facilityCodeListProvider: 'SMDG' },
    facilityTypeCode: facility,
    UNLocationCode: place.UNLocationCode,
  };
  if (mode !== 'VESSEL') return call;
  return {
    ...call,
    carrierServiceCode: 'TP8',
    exportVoyageNumber: facts.exportVoyage,
    importVoyageNumber: facts.importVoyage,
    carrierVoyageNumber: facts.exportVoyage,
    vessel: {
      vesselIMONumber: facts.vesselImo,
      vesselName: facts.vesselName,
      vesselFlag: 'DE',
      vesselOperatorCarrierCode: facts.lineScac,
    },
  };
}

function documentReferences({ facts, happened }: BoxState) {
  const booking = { documentReferenceType: 'BKG', documentReferenceValue: facts.bookingNumber };
  const bill = { documentReferenceType: 'TRD', documentReferenceValue: facts.billOfLading };
  return happened.loaded === undefined ? [booking] : [booking, bill];
}

function eventID(state: BoxState, ...what: (string | number)[]): string {
  return uuidOf(state.seed, state.number, state.startAt, ...what);
}

function movement(state: BoxState, milestone: Milestone, moment: Moment): DcsaEvent[] {
  const meaning = meanings[milestone];
  if (!meaning) return [];
  const event = {
    eventID: eventID(state, milestone, moment.classifier, moment.saidAt),
    eventClassifierCode: moment.classifier,
    eventDateTime: withOffset(moment.at, meaning.port.zone),
    eventCreatedDateTime: utcSeconds(moment.saidAt),
    transportCall: transportCall(state, meaning),
    documentReferences: documentReferences(state),
  };
  if (meaning.transport)
    return [{ ...event, eventType: 'TRANSPORT', transportEventTypeCode: meaning.transport }];
  return [
    {
      ...event,
      eventType: 'EQUIPMENT',
      equipmentEventTypeCode: meaning.equipment,
      equipmentReference: state.number,
      ISOEquipmentCode: state.facts.isoCode,
      emptyIndicatorCode: meaning.empty ? 'EMPTY' : 'LADEN',
      eventLocation: transportCall(state, meaning).location,
      facilityTypeCode: meaning.facility,
      seals: meaning.empty ? [] : [{ sealNumber: state.facts.seal, sealSource: 'SHI', sealType: 'KLP' }],
    },
  ];
}

interface Paper {
  shipmentEventTypeCode: 'CONF' | 'ISSU' | 'HOLD' | 'RELS';
  documentTypeCode: 'BKG' | 'TRD' | 'CUS';
  documentID: string;
  reason?: string;
}

function paper(state: BoxState, happening: Happening, what: Paper): DcsaEvent {
  // The standard wants both times of a shipment event to be the same.
  const at = utcSeconds(happening.at);
  return {
    eventID: eventID(state, happening.step, what.shipmentEventTypeCode, what.documentTypeCode),
    eventType: 'SHIPMENT',
    eventClassifierCode: 'ACT',
    eventDateTime: at,
    eventCreatedDateTime: at,
    ...what,
    documentReferences: documentReferences(state),
    references: [{ referenceType: 'EQ', referenceValue: state.number }],
  };
}

function papers(state: BoxState, happening: Happening): DcsaEvent[] {
  const { bookingNumber, billOfLading } = state.facts;
  const about: Paper[] = [];
  if (happening.marks.includes('booked'))
    about.push({ shipmentEventTypeCode: 'CONF', documentTypeCode: 'BKG', documentID: bookingNumber });
  if (happening.marks.includes('departed'))
    about.push({ shipmentEventTypeCode: 'ISSU', documentTypeCode: 'TRD', documentID: billOfLading });
  const customs = { documentTypeCode: 'CUS', documentID: billOfLading } as const;
  for (const hold of happening.placed)
    about.push({ shipmentEventTypeCode: 'HOLD', ...customs, reason: hold.text });
  for (const hold of happening.lifted)
    about.push({ shipmentEventTypeCode: 'RELS', ...customs, reason: hold.text });
  return about.map((what) => paper(state, happening, what));
}

function estimated(state: BoxState, estimate: StatedEstimate): DcsaEvent[] {
  const classifier = estimate.planned ? 'PLN' : 'EST';
  return movement(state, estimate.of, { at: estimate.at, saidAt: estimate.saidAt, classifier });
}

function byCreation(one: DcsaEvent, other: DcsaEvent): number {
  return one.eventCreatedDateTime.localeCompare(other.eventCreatedDateTime);
}

// Some carriers hand out an older estimate after a newer one: only `eventCreatedDateTime` tells.
function disordered(events: readonly DcsaEvent[]): DcsaEvent[] {
  const estimates = events.filter((event) => event.eventClassifierCode === 'EST').reverse();
  return events.map((event) => (event.eventClassifierCode === 'EST' ? (estimates.shift() ?? event) : event));
}

/** Every event of a box so far. Oldest created first, except that estimates of some boxes come newest first. */
export function renderEvents(state: BoxState): DcsaEvent[] {
  const actual = state.history.flatMap((happening) => [
    ...papers(state, happening),
    ...happening.marks.flatMap((milestone) =>
      movement(state, milestone, { at: happening.at, saidAt: happening.at, classifier: 'ACT' }),
    ),
  ]);
  const told = state.estimates.flatMap((estimate) => estimated(state, estimate));
  const events = [...actual, ...told].sort(byCreation);
  return state.facts.outOfOrder ? disordered(events) : events;
}
