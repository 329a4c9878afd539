import { uuidOf } from '../../hash.ts';
import type { BoxState, Happening, Trip } from '../../journey/box-state.ts';
import { boxState, latestEstimate } from '../../journey/box-state.ts';
import type { Milestone } from '../../journey/script.ts';
import { withOffset } from '../../zone.ts';
import type { Reference } from './state.ts';

interface Place {
  name: string;
  unlocode: string;
  facility: string;
  timezone: string;
  country: string;
}

const places: Record<'load' | 'between' | 'discharge', Place> = {
  load: {
    name: 'Shanghai',
    unlocode: 'CNSHA',
    facility: 'Yangshan',
    timezone: 'Asia/Shanghai',
    country: 'China',
  },
  between: {
    name: 'Busan',
    unlocode: 'KRPUS',
    facility: 'Busan New Port',
    timezone: 'Asia/Seoul',
    country: 'South Korea',
  },
  discharge: {
    name: 'Los Angeles',
    unlocode: 'USLAX',
    facility: 'Pier 400',
    timezone: 'America/Los_Angeles',
    country: 'United States',
  },
};

interface Words {
  description: string;
  place: Place;
  where: 'PRE' | 'POL' | 'RTP' | 'POD' | 'PDE';
  event: { journey_type: 'EQUIPMENT' | 'TRANSPORT'; event_type: string; transport_mode: 'VESSEL' | 'TRUCK' };
  empty?: true;
}

const byVessel = (event_type: string) =>
  ({ journey_type: 'TRANSPORT', event_type, transport_mode: 'VESSEL' }) as const;
const moved = (event_type: string, transport_mode: 'VESSEL' | 'TRUCK') =>
  ({ journey_type: 'EQUIPMENT', event_type, transport_mode }) as const;

const words: Partial<Record<Milestone, Words>> = {
  empty_out: {
    description: 'Gate out from origin port',
    place: places.load,
    where: 'PRE',
    event: moved('GTOT', 'TRUCK'),
    empty: true,
  },
  gated_in: {
    description: 'Gate in at origin port',
    place: places.load,
    where: 'POL',
    event: moved('GTIN', 'TRUCK'),
  },
  loaded: {
    description: 'Loaded on vessel at origin port',
    place: places.load,
    where: 'POL',
    event: moved('LOAD', 'VESSEL'),
  },
  departed: {
    description: 'Vessel departure from origin port',
    place: places.load,
    where: 'POL',
    event: byVessel('DEPA'),
  },
  transshipment_arrived: {
    description: 'Vessel arrived at transshipment port',
    place: places.between,
    where: 'RTP',
    event: byVessel('ARRI'),
  },
  transshipment_departed: {
    description: 'Vessel departed from transshipment port',
    place: places.between,
    where: 'RTP',
    event: byVessel('DEPA'),
  },
  arrived: {
    description: 'Vessel arrived at destination port',
    place: places.discharge,
    where: 'POD',
    event: byVessel('ARRI'),
  },
  discharged: {
    description: 'Discharged from vessel at destination port',
    place: places.discharge,
    where: 'POD',
    event: moved('DISC', 'VESSEL'),
  },
  outgated: {
    description: 'Gate out from destination port',
    place: places.discharge,
    where: 'POD',
    event: moved('GTOT', 'TRUCK'),
  },
  empty_returned: {
    description: 'Gate in empty return',
    place: places.discharge,
    where: 'PDE',
    event: moved('GTIN', 'TRUCK'),
    empty: true,
  },
};

function milestone(state: BoxState, mark: Milestone, when: { at: number; planned: boolean }) {
  const said = words[mark];
  if (!said) return [];
  const { description, place, where, event, empty } = said;
  const isVessel = event.transport_mode === 'VESSEL';
  return [
    {
      id: uuidOf(state.seed, 'vizion', state.number, mark, String(when.planned)),
      description,
      raw_description: description.toUpperCase(),
      timestamp: withOffset(when.at, place.timezone),
      planned: when.planned,
      mode: isVessel ? 'Trunk' : null,
      source: where === 'POD' ? 'terminal' : 'carrier',
      vessel: isVessel ? state.facts.vesselName : null,
      vessel_imo: isVessel ? Number(state.facts.vesselImo) : null,
      vessel_mmsi: null,
      voyage: isVessel ? state.facts.importVoyage : null,
      location: { ...place, city: place.name, state: null, geolocation: { latitude: 0, longitude: 0 } },
      shipment_location: { type_code: where },
      journey_event: {
        ...event,
        event_classifier: when.planned ? 'EST' : 'ACT',
        facility_type: 'POTE',
        empty_indicator: empty ? 'EMPTY' : 'LADEN',
        document_type: null,
      },
    },
  ];
}

// A hold has words of its own, and no move.
function holdsOf(state: BoxState, happening: Happening) {
  const { timezone } = places.discharge;
  const tell = (description: string, kind: string, raw: string) => ({
    id: uuidOf(state.seed, 'vizion', state.number, happening.step, description, kind),
    description,
    raw_description: raw,
    timestamp: withOffset(happening.at, timezone),
    planned: false,
    mode: null,
    source: 'terminal',
    vessel: null,
    vessel_imo: null,
    vessel_mmsi: null,
    voyage: null,
    location: { ...places.discharge },
    shipment_location: { type_code: 'POD' },
  });
  const nameOf = (kind: string) =>
    kind === 'freight' ? 'Freight' : kind === 'customs' ? 'Customs' : 'Terminal';
  return [
    ...happening.placed.map(({ kind, text }) => tell(`${nameOf(kind)} hold`, kind, text)),
    ...happening.lifted.map(({ kind, text }) => tell(`${nameOf(kind)} hold release`, kind, text)),
  ];
}

function milestonesOf(state: BoxState) {
  const actual = state.history.flatMap((happening) => [
    ...happening.marks.flatMap((mark) => milestone(state, mark, { at: happening.at, planned: false })),
    ...holdsOf(state, happening),
  ]);
  const planned = (['departed', 'arrived'] as const).flatMap((mark) => {
    const at = latestEstimate(state, mark);
    return at === null || state.happened[mark] !== undefined
      ? []
      : milestone(state, mark, { at, planned: true });
  });
  return [...actual, ...planned];
}

/** What one update says: all that is known at its moment. */
function payloadOf(state: BoxState) {
  const { facts } = state;
  return {
    container_id: state.number,
    container_iso: facts.isoCode,
    carrier_scac: facts.lineScac,
    bill_of_lading: facts.billOfLading,
    booking_number: facts.bookingNumber,
    origin_port: places.load,
    destination_port: places.discharge,
    inland_origin: null,
    inland_destination: null,
    milestones: milestonesOf(state),
  };
}

/** Every update of a reference so far, newest first: one per step of the journey that came after it, and one of what was before. */
export function renderUpdates(trip: Trip, reference: Reference, now: number) {
  const state = boxState(trip, now);
  const known = state.history.filter(({ step }) => step !== 'unknown');
  const steps = known.filter(({ at }) => at > reference.createdAt);
  const before = known.filter(({ at }) => at <= reference.createdAt).at(-1);
  const moments = [
    ...(before ? [{ step: before.step, at: reference.createdAt }] : []),
    ...steps.map(({ step, at }) => ({ step, at })),
  ];
  return moments
    .map(({ step, at }) => ({
      id: uuidOf(trip.seed, 'vizion', reference.id, step),
      status: 'data_received',
      reference_id: reference.id,
      parent_reference_id: null,
      organization_id: uuidOf(trip.seed, 'vizion', 'organization'),
      created_at: new Date(at).toISOString(),
      updated_at: new Date(at).toISOString(),
      payload: payloadOf(boxState(trip, at)),
    }))
    .reverse();
}

const missingAfterMinutes = 60;

/** A reference as the vendor shows it. */
export function renderReference(trip: Trip, reference: Reference, now: number) {
  const [newest] = renderUpdates(trip, reference, now);
  const minutes = ((now - reference.createdAt) * trip.speed) / 60_000;
  const missing =
    minutes < missingAfterMinutes
      ? null
      : trip.script.end === 'not_found'
        ? 'auto_carrier_not_found'
        : 'no_data';
  const changedAt = newest?.created_at ?? new Date(reference.createdAt).toISOString();
  return {
    id: reference.id,
    container_id: reference.number,
    carrier_scac: newest?.payload.carrier_scac ?? null,
    active: reference.isActive,
    created_at: new Date(reference.createdAt).toISOString(),
    updated_at: changedAt,
    last_update_status: newest ? 'data_received' : missing,
    last_update_attempted_at: newest || missing === null ? changedAt : new Date(now).toISOString(),
  };
}
