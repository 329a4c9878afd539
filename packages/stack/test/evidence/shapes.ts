import { z } from 'zod';

// Sections 7 and 8 of the evidence file, field by field, written from the pages and not from our own schemas. A documented field
// that has no value is there and `null` (contract s10); ours may stand beside them.

const text = z.string().nullable();
const dateTime = z.iso.datetime({ offset: true }).nullable();

const place = z.looseObject({ type: z.string(), siteId: text, name: text });

/** s7.3 and s8.1: both names of the date, one value. */
const statusEvent = z
  .looseObject({
    code: z.string().regex(/^[a-z-]+$/),
    eventDate: z.iso.datetime({ offset: true }),
    date: z.iso.datetime({ offset: true }),
    location: place.nullable(),
    data: z.record(z.string(), z.unknown()),
  })
  .refine((event) => event.date === event.eventDate, 'date and eventDate differ');

/** s7.1; `tmsId` and `svcId` hold one value (Q2). */
export const envelope = z
  .looseObject({
    orgId: z.string(),
    tmsId: z.string(),
    svcId: z.string(),
    type: z.string(),
    action: z.string(),
    origin: z.string(),
    payload: z.looseObject({}),
  })
  .refine((event) => event.tmsId === event.svcId, 'tmsId and svcId differ');

/** s7.2 */
export const containerPayload = z.looseObject({
  containerNumber: z.string(),
  description: text,
  length: z.string().regex(/^\d+$/).nullable(),
  tracedAt: dateTime,
  nextTraceAt: dateTime,
  loaded: z.enum(['laden', 'empty']).nullable(),
  steamshipBL: text,
  pickupNumber: text,
  carrier: z
    .looseObject({
      type: z.enum(['vessel', 'rail', 'truck']).nullable(),
      steamshipLine: text,
      vessel: text,
      voyage: text,
    })
    .nullable(),
  providerId: z.string(),
  destination: place.nullable(),
  events: z.array(statusEvent),
});

/** s8.1 and s8.2 */
export const readinessPayload = z.looseObject({
  id: z.string(),
  description: text,
  length: text,
  tracedAt: dateTime,
  events: z.array(statusEvent),
});

const flag = z.boolean().nullable();
const count = z.int().nonnegative().nullable();

/** s8.3 */
export const bookingPayload = z.looseObject({
  id: z.string(),
  providerId: z.string(),
  locationCode: text,
  steamshipLine: text,
  vessel: text,
  vesselNumber: text,
  voyage: text,
  earliestLoading: dateTime,
  arrived: dateTime,
  etd: dateTime,
  eta: dateTime,
  departed: dateTime,
  cutoff: dateTime,
  reeferCutoff: dateTime,
  oogCutoff: dateTime,
  hazmatCutoff: dateTime,
  hazmat: flag,
  reefer: flag,
  oogAllowed: flag,
  totalContainers: count,
  loadedContainers: count,
  emptyContainers: count,
  tracedAt: dateTime,
  lastProviderUpdate: dateTime,
  bookingDetails: z.array(
    z.looseObject({
      temperatureRequired: text,
      containerIso: text,
      containerDescription: text,
      totalContainers: count,
      loadedContainers: count,
      hazmat: flag,
      reefer: flag,
      oogAllowed: flag,
    }),
  ),
});

/** s8.4 and s8.5: `id` and `containerNumber` may be empty. */
export const appointmentPayload = z.looseObject({
  appointmentNumber: text,
  code: text,
  containerNumber: z.string(),
  created: dateTime,
  updated: dateTime,
  cancelled: dateTime,
  deliveryOrder: text,
  startDate: dateTime,
  endDate: dateTime,
  requestedDate: dateTime,
  gateId: text,
  id: z.string(),
  locationCode: text,
  providerId: z.literal('ictsi'),
  referenceKey: text,
  company: text,
  companyId: text,
  license: text,
  truck: z.looseObject({
    id: text,
    driverLicense: text,
    appointmentNumber: text,
    code: text,
    company: text,
    companyId: text,
    created: dateTime,
    updated: dateTime,
    cancelled: dateTime,
    startDate: dateTime,
    endDate: dateTime,
    license: text,
  }),
  event: z
    .looseObject({
      description: z.array(z.looseObject({ description: text, language: text })),
      locationCode: text,
      operatorId: text,
      type: text,
    })
    .optional(),
});
