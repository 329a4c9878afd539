import { z } from 'zod';
import type { DcsaEvent } from './render.ts';

const codes = (list: string) =>
  z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(list.split(' '))));
const text = (max: number) => z.string().min(1).max(max);
const instant = z.iso.datetime({ offset: true }).transform((value) => Date.parse(value));

/** Parameters of `GET /v2/events` that these events can be filtered by. */
export const querySchema = z.strictObject({
  equipmentReference: text(15).optional(),
  transportDocumentReference: text(20).optional(),
  carrierBookingReference: text(35).optional(),
  eventType: codes('SHIPMENT TRANSPORT EQUIPMENT').optional(),
  shipmentEventTypeCode: codes(
    'RECE DRFT PENA PENU PENC CONF REJE APPR ISSU SURR SUBM VOID REQS CMPL HOLD RELS CANC',
  ).optional(),
  documentTypeCode: codes('CBR BKG SHI SRM TRD ARN VGM CAS CUS DGD OOG').optional(),
  transportEventTypeCode: codes('ARRI DEPA').optional(),
  equipmentEventTypeCode: codes('LOAD DISC GTIN GTOT STUF STRP PICK DROP INSP RSEA RMVD').optional(),
  transportCallID: text(100).optional(),
  vesselIMONumber: z
    .string()
    .regex(/^\d{7}$/)
    .optional(),
  carrierVoyageNumber: text(50).optional(),
  exportVoyageNumber: text(50).optional(),
  carrierServiceCode: text(5).optional(),
  UNLocationCode: z
    .string()
    .regex(/^[A-Z]{2}[A-Z2-9]{3}$/)
    .optional(),
  eventCreatedDateTime: instant.optional(),
  'eventCreatedDateTime:eq': instant.optional(),
  'eventCreatedDateTime:gt': instant.optional(),
  'eventCreatedDateTime:gte': instant.optional(),
  'eventCreatedDateTime:lt': instant.optional(),
  'eventCreatedDateTime:lte': instant.optional(),
  limit: z.coerce.number().int().min(1).max(1_000).optional(),
  cursor: z.string().optional(),
  sort: z
    .string()
    .regex(/^(eventDateTime|eventCreatedDateTime)(:(ASC|DESC))?$/)
    .optional(),
});
export type EventQuery = z.infer<typeof querySchema>;

const comparisons: Record<string, (created: number, bound: number) => boolean> = {
  eventCreatedDateTime: (created, bound) => created === bound,
  'eventCreatedDateTime:eq': (created, bound) => created === bound,
  'eventCreatedDateTime:gt': (created, bound) => created > bound,
  'eventCreatedDateTime:gte': (created, bound) => created >= bound,
  'eventCreatedDateTime:lt': (created, bound) => created < bound,
  'eventCreatedDateTime:lte': (created, bound) => created <= bound,
};

/** Whether a member of that name, at any depth, has one of the values. */
function holds(value: unknown, name: string, wanted: readonly unknown[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, member]) =>
    key === name ? wanted.includes(member) : holds(member, name, wanted),
  );
}

const searched = [
  'eventType',
  'shipmentEventTypeCode',
  'documentTypeCode',
  'transportEventTypeCode',
  'equipmentEventTypeCode',
  'transportCallID',
  'vesselIMONumber',
  'carrierVoyageNumber',
  'exportVoyageNumber',
  'carrierServiceCode',
  'UNLocationCode',
] as const;

/** Events that satisfy every parameter; the values of a list are alternatives. */
export function filterEvents(events: readonly DcsaEvent[], query: EventQuery): DcsaEvent[] {
  const bounds = Object.entries(query).filter(([name]) => name in comparisons);
  return events.filter((event) => {
    const created = Date.parse(event.eventCreatedDateTime);
    const inTime = bounds.every(([name, bound]) => comparisons[name]?.(created, Number(bound)));
    return (
      inTime &&
      searched.every((name) => {
        const wanted = query[name];
        return wanted === undefined || holds(event, name, [wanted].flat());
      })
    );
  });
}

/** Sorted as asked; unasked, the order they were given in. */
export function sortEvents(events: readonly DcsaEvent[], sort: string | undefined): DcsaEvent[] {
  if (sort === undefined) return [...events];
  const [name = '', direction = 'ASC'] = sort.split(':');
  const sign = direction === 'DESC' ? -1 : 1;
  const instantOf = (event: DcsaEvent) => Date.parse(String(event[name]));
  return events.toSorted((one, other) => sign * (instantOf(one) - instantOf(other)));
}
