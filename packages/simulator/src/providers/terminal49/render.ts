import { uuidOf } from '../../hash.ts';
import type { BoxState } from '../../journey/box-state.ts';
import { latestEstimate } from '../../journey/box-state.ts';
import { addDays, localTime, utcSeconds } from '../../zone.ts';

/** A resource of JSON:API. */
export interface Resource {
  id: string;
  type: string;
  attributes: Record<string, unknown>;
  relationships?: Record<string, unknown>;
}

const port = { locode: 'USLAX', name: 'Los Angeles', zone: 'America/Los_Angeles' };

export function idsOf(seed: string, number: string) {
  const of = (what: string) => uuidOf(seed, 'terminal49', what, number);
  return { request: of('request'), shipment: of('shipment'), container: of('container') };
}

const words: Partial<Record<BoxState['status'], string>> = {
  on_vessel: 'on_ship',
  vessel_arrived: 'on_ship',
  discharged: 'grounded',
  on_hold: 'not_available',
  available: 'available',
  appointment_set: 'available',
  outgated: 'picked_up',
  empty_returned: 'empty_returned',
};

const holdNames = { customs: 'customs', freight: 'freight', usda: 'USDA' } as const;

const utc = (ms: number | null | undefined) => (ms === null || ms === undefined ? null : utcSeconds(ms));

/** The instant at which a day begins in the zone of the port: so the vendor sends deadlines. */
function beginOf(date: string): string {
  const { offset } = localTime(Date.parse(`${date}T12:00:00Z`), port.zone);
  return utcSeconds(Date.parse(`${date}T00:00:00${offset}`));
}

function lastFreeDay(state: BoxState): string | null {
  if (state.freeDays === null) return null;
  return beginOf(addDays(localTime(state.freeDaysSetAt, port.zone).date, state.freeDays));
}

function feesOf({ owed }: BoxState) {
  if (Number(owed) === 0) return [];
  const amount = Number(owed);
  return ['demurrage', 'total'].map((type) => ({ type, amount, currency_code: 'USD' }));
}

/** The container of a box as it stands now. */
export function renderContainer(state: BoxState): Resource {
  const { facts, happened } = state;
  const ids = idsOf(state.seed, state.number);
  const { lot, row, spot } = facts.lot;
  const lfd = lastFreeDay(state);
  const attributes = {
    number: state.number,
    seal_number: facts.seal,
    created_at: utc(state.startAt),
    equipment_type: facts.typeCode === 'RF' ? 'reefer' : 'dry',
    equipment_length: Number(facts.lengthFeet),
    equipment_height: facts.heightInches === '06' && facts.heightFeet === '09' ? 'high_cube' : 'standard',
    weight_in_lbs: facts.weightPounds,
    ref_numbers: [],
    current_status: words[state.status] ?? 'new',
    availability_known: happened.discharged !== undefined,
    available_for_pickup: happened.discharged === undefined ? null : state.available,
    holds_at_pod_terminal: state.holds.map(({ kind, text }) => ({
      name: holdNames[kind],
      status: 'hold',
      description: text,
    })),
    fees_at_pod_terminal: feesOf(state),
    pickup_lfd: lfd,
    import_deadlines: { pickup_lfd_line: null, pickup_lfd_terminal: lfd, pickup_lfd_rail: null },
    pickup_appointment_at: utc(state.appointmentAt),
    location_at_pod_terminal: state.inYard ? `${lot}${row}${spot}` : null,
    pod_arrived_at: utc(happened.arrived),
    pod_discharged_at: utc(happened.discharged),
    pod_full_out_at: utc(happened.outgated),
    pod_full_out_chassis_number: null,
    empty_terminated_at: utc(happened.empty_returned),
    final_destination_full_out_at: null,
    pod_rail_loaded_at: null,
    pod_rail_departed_at: null,
    ind_eta_at: null,
    ind_ata_at: null,
    ind_rail_unloaded_at: null,
    pod_timezone: port.zone,
    final_destination_timezone: null,
    empty_terminated_timezone: null,
  };
  const relationships = { shipment: { data: { id: ids.shipment, type: 'shipment' } } };
  return { id: ids.container, type: 'container', attributes, relationships };
}

/** The shipment that a box sails with. */
export function renderShipment(state: BoxState): Resource {
  const { facts, happened } = state;
  const ids = idsOf(state.seed, state.number);
  const attributes = {
    bill_of_lading_number: facts.billOfLading,
    shipping_line_scac: facts.lineScac,
    pod_vessel_name: facts.vesselName,
    pod_vessel_imo: facts.vesselImo,
    pod_voyage_number: facts.importVoyage,
    port_of_discharge_locode: port.locode,
    port_of_discharge_name: port.name,
    port_of_lading_locode: 'CNSHA',
    port_of_lading_name: 'Shanghai',
    destination_locode: null,
    destination_name: null,
    destination_eta_at: null,
    pod_eta_at: utc(latestEstimate(state, 'arrived')),
    pod_ata_at: utc(happened.arrived),
    pol_etd_at: null,
    pol_atd_at: null,
    line_tracking_stopped_reason: null,
  };
  const relationships = { containers: { data: [{ id: ids.container, type: 'container' }] } };
  return { id: ids.shipment, type: 'shipment', attributes, relationships };
}
