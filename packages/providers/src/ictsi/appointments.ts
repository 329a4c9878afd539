import { memberOf, type Row, rowOf, rowsOf, textOf } from '../kit/fields.ts';
import { readNoticeJson } from '../kit/notices.ts';
import { readTime } from '../kit/times.ts';
import { ProviderError } from '../provider.ts';
import { ictsiId } from './hooks.ts';

/** Payload of `APPOINTMENT` `TRACE_RESULT` (evidence 8.4, 8.5). Times are UTC; what is not said is null. */
export interface AppointmentResult {
  /** As the pages have it: empty where there is none. */
  id: string;
  containerNumber: string;
  appointmentNumber: string | null;
  code: string | null;
  created: string | null;
  updated: string | null;
  cancelled: string | null;
  deliveryOrder: string | null;
  startDate: string | null;
  endDate: string | null;
  requestedDate: string | null;
  gateId: string | null;
  locationCode: string | null;
  providerId: string;
  referenceKey: string | null;
  company: string | null;
  companyId: string | null;
  license: string | null;
  truck: AppointmentTruck;
  /** Of truck visits. */
  event?: TruckVisitEvent;
}

interface AppointmentTruck {
  id: string | null;
  driverLicense: string | null;
  appointmentNumber: string | null;
  code: string | null;
  company: string | null;
  companyId: string | null;
  created: string | null;
  updated: string | null;
  cancelled: string | null;
  startDate: string | null;
  endDate: string | null;
  license: string | null;
}

interface TruckVisitEvent {
  type: string | null;
  operatorId: string | null;
  locationCode: string | null;
  description: { description: string | null; language: string | null }[];
}

// Both sites are in the Philippines: for a time without a zone.
const zone = 'Asia/Manila';

/**
 * What a body of either hook says: one result per appointment, or per truck visit that names none. The correspondence of names is
 * inferred (evidence 8.6). ProviderError `provider_answer` for a body that holds no detail at all.
 */
export function readAppointments(body: Buffer): AppointmentResult[] {
  const details = rowsOf(readNoticeJson(body)).map((one) => rowOf(one, 'data'));
  const told = details.filter((data) => Object.keys(rowOf(data, 'detail')).length > 0);
  if (told.length === 0) throw new ProviderError('provider_answer', 'The notification names no appointment');
  return told.flatMap((data) => {
    const detail = rowOf(data, 'detail');
    const appointments = rowsOf(memberOf(detail, 'appointment'));
    return (appointments.length > 0 ? appointments : [{}]).map((one) => readAppointment(one, data));
  });
}

/** A truck visit keeps its appointments within its detail; an appointment is the detail itself. */
function readAppointment(one: Row, data: Row): AppointmentResult {
  const event = rowOf(data, 'event');
  const detail = rowOf(data, 'detail');
  const isVisit = Object.keys(event).length > 0;
  const say = (...fields: string[]) => firstText([one, detail], fields);
  const when = (...fields: string[]) => toUtc(say(...fields));
  return {
    id: say('external_reference_nbr') ?? '',
    containerNumber: say('ctr_id') ?? '',
    appointmentNumber: say('appointment_nbr', 'tv_appointment_nbr'),
    code: say('state', 'tv_state'),
    created: when('created', 'tv_created'),
    updated: when('changed', 'tv_changed'),
    cancelled: when('cancel_date', 'tv_cancel_date'),
    deliveryOrder: say('delivery_order_nbr'),
    startDate: when('start_date', 'tv_start_date'),
    endDate: when('end_date', 'tv_end_date'),
    requestedDate: when('requested_time', 'tv_requested_time'),
    gateId: say('gate_id'),
    locationCode: firstText([one, detail, event], ['facility_id']),
    providerId: ictsiId,
    referenceKey: readKey(one, { detail, event }),
    company: say('trucking_company', 'tv_truckco_name'),
    companyId: say('truckingco_id', 'tv_truckco_id'),
    license: say('truck_license_nbr', 'tv_truck_license_nbr'),
    truck: readTruck(one, detail),
    ...(isVisit && { event: readEvent(event) }),
  };
}

function readTruck(one: Row, detail: Row): AppointmentTruck {
  const say = (...fields: string[]) => firstText([detail, one], fields);
  const when = (field: string) => toUtc(say(field));
  return {
    id: say('tva_external_ref_nbr'),
    driverLicense: say('tv_driver_license_nbr'),
    appointmentNumber: say('tv_appointment_nbr'),
    code: say('tv_state'),
    company: say('tv_truckco_name'),
    companyId: say('tv_truckco_id'),
    created: when('tv_created'),
    updated: when('tv_changed'),
    cancelled: when('tv_cancel_date'),
    startDate: when('tv_start_date'),
    endDate: when('tv_end_date'),
    license: say('tv_truck_license_nbr'),
  };
}

function readEvent(event: Row): TruckVisitEvent {
  return {
    type: textOf(event, 'event_type'),
    operatorId: textOf(event, 'operator_id'),
    locationCode: textOf(event, 'facility_id'),
    description: rowsOf(memberOf(event, 'event_descriptions')).map((one) => ({
      description: textOf(one, 'description'),
      language: textOf(one, 'language'),
    })),
  };
}

/** `ICTSI/PH/SBITC/15261`: the vendor's own key of the appointment, put together as it does, else that of the visit. */
function readKey(one: Row, { detail, event }: { detail: Row; event: Row }): string | null {
  const key = firstText([one, detail], ['appointment_gkey']);
  const facility = firstText([one, detail, event], ['facility_id']);
  const said = textOf(one, 'unique_key');
  if (said !== null || key === null || facility === null) return said ?? textOf(event, 'unique_key') ?? key;
  const operator = firstText([one, detail, event], ['operator_id']) ?? 'ICTSI';
  return [operator, firstText([one, detail, event], ['complex_id']) ?? 'PH', facility, key].join('/');
}

/** The first of these members that any of the rows says, a member in all rows before the next. */
function firstText(rows: readonly Row[], fields: readonly string[]): string | null {
  for (const field of fields) {
    for (const row of rows) {
      const text = textOf(row, field);
      if (text !== null) return text;
    }
  }
  return null;
}

function toUtc(text: string | null): string | null {
  const time = readTime(text, zone);
  return time && new Date(time.at).toISOString();
}
