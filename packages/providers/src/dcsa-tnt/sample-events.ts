import base from './fixtures/events.json' with { type: 'json' };

const [transport, equipment] = base;

let made = 0;
const eventID = () => {
  made += 1;
  return `00000000-0000-4000-9000-${String(made).padStart(12, '0')}`;
};

/** A vessel's, train's or truck's call, after the sample's. */
export function callAt(code: string, at: string, place: string, members: object = {}): object {
  return {
    ...transport,
    eventID: eventID(),
    eventClassifierCode: 'ACT',
    transportEventTypeCode: code,
    eventDateTime: at,
    eventCreatedDateTime: at,
    transportCall: { ...transport?.transportCall, location: { UNLocationCode: place } },
    ...members,
  };
}

/** A move of the box, after the sample's. */
export function moveAt(code: string, at: string, place: string, members: object = {}): object {
  return {
    ...equipment,
    eventID: eventID(),
    equipmentEventTypeCode: code,
    eventDateTime: at,
    eventCreatedDateTime: at,
    transportCall: {
      modeOfTransport: code === 'LOAD' || code === 'DISC' ? 'VESSEL' : 'TRUCK',
      location: { UNLocationCode: place },
    },
    ...members,
  };
}

/** A word about a document. */
export function paperAt(code: string, at: string, documentTypeCode: string, members: object = {}): object {
  return {
    eventID: eventID(),
    eventType: 'SHIPMENT',
    eventClassifierCode: 'ACT',
    eventDateTime: at,
    eventCreatedDateTime: at,
    shipmentEventTypeCode: code,
    documentTypeCode,
    documentID: 'SYNT0020',
    ...members,
  };
}

const rail = { modeOfTransport: 'RAIL', facilityTypeCode: 'RAMP' };

/** A whole trip: Shanghai, Busan, Los Angeles, by train to Chicago, out, empty back. */
export const wholeTrip: readonly object[] = [
  moveAt('GTOT', '2026-05-08T08:00:00+08:00', 'CNSHA', { emptyIndicatorCode: 'EMPTY' }),
  moveAt('GTIN', '2026-05-10T08:00:00+08:00', 'CNSHA'),
  moveAt('LOAD', '2026-05-12T08:00:00+08:00', 'CNSHA'),
  callAt('DEPA', '2026-05-12T20:00:00+08:00', 'CNSHA'),
  callAt('ARRI', '2026-05-14T06:00:00+09:00', 'KRPUS'),
  moveAt('DISC', '2026-05-14T12:00:00+09:00', 'KRPUS'),
  moveAt('LOAD', '2026-05-17T12:00:00+09:00', 'KRPUS'),
  callAt('DEPA', '2026-05-17T20:00:00+09:00', 'KRPUS'),
  callAt('ARRI', '2026-06-03T06:00:00-07:00', 'USLAX', {
    eventClassifierCode: 'EST',
    eventCreatedDateTime: '2026-05-20T00:00:00Z',
  }),
  callAt('ARRI', '2026-06-02T06:00:00-07:00', 'USLAX', {
    eventClassifierCode: 'EST',
    eventCreatedDateTime: '2026-05-30T00:00:00Z',
  }),
  callAt('ARRI', '2026-06-02T07:10:00-07:00', 'USLAX'),
  moveAt('DISC', '2026-06-02T18:00:00-07:00', 'USLAX'),
  callAt('DEPA', '2026-06-04T20:00:00-07:00', 'USLAX'),
  paperAt('HOLD', '2026-06-02T20:00:00Z', 'CUS', { reason: 'inspection' }),
  paperAt('RELS', '2026-06-03T20:00:00Z', 'CUS'),
  moveAt('LOAD', '2026-06-05T10:00:00-07:00', 'USLAX', {
    transportCall: { ...rail, location: { UNLocationCode: 'USLAX' } },
  }),
  callAt('DEPA', '2026-06-05T22:00:00-07:00', 'USLAX', {
    transportCall: { ...rail, location: { UNLocationCode: 'USLAX' } },
  }),
  callAt('ARRI', '2026-06-09T03:00:00-05:00', 'USCHI', {
    transportCall: { ...rail, location: { UNLocationCode: 'USCHI' } },
  }),
  moveAt('DISC', '2026-06-09T09:00:00-05:00', 'USCHI', {
    transportCall: { ...rail, location: { UNLocationCode: 'USCHI' } },
  }),
  moveAt('GTOT', '2026-06-10T09:00:00-05:00', 'USCHI'),
  moveAt('GTIN', '2026-06-12T15:00:00-05:00', 'USCHI', { emptyIndicatorCode: 'EMPTY' }),
];
