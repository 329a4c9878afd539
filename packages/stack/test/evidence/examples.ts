// The public documentation's examples, in the words of their clients. Sections are those of the evidence file
// (research/envase-contract.md), whose wording for what a page does not show stands in section 12.

/** A request, and what its 201 must hold. */
export interface Example {
  /** Section and page. */
  name: string;
  body: Record<string, unknown>;
  expects: Record<string, unknown>;
}

const url = 'https://tms.example/envase/results';

/** Section 4: what TMSs register at their start. */
export const registrations: readonly Example[] = [
  {
    name: 's4.2 trace page: the minimal hook for container results',
    body: { url, triggers: ['TRACE_RESULT'], entityType: 'CONTAINER' },
    expects: { url, triggers: ['TRACE_RESULT'], entityType: 'CONTAINER', eventType: 'CONTAINER' },
  },
  {
    name: 's4.2 connect page: `eventType`, a key, several triggers',
    body: {
      url: `${url}/gate`,
      triggers: ['APPROVED', 'REJECTED', 'REJECTED_INVALID_BOOKING', 'REJECTED_EXPIRED_BOOKING'],
      eventType: 'GATE',
      signingKey: '5f2b1c9d8e7a6f4c3b2a19080706050403020100',
    },
    expects: { entityType: 'GATE', eventType: 'GATE', hasSigningKey: true },
  },
  {
    name: 's4.2 validation page: a key beside `entityType`',
    body: {
      url: `${url}/validated`,
      triggers: ['INTERCHANGE_PROCESSED'],
      entityType: 'GATE',
      signingKey: '5f2b1c9d8e7a6f4c3b2a19080706050403020100',
    },
    expects: { triggers: ['INTERCHANGE_PROCESSED'], hasSigningKey: true },
  },
  {
    name: 's4.2 newest connect page: `webhookHeaders`',
    body: {
      url: `${url}/headers`,
      triggers: ['INTERCHANGE_PROCESSED'],
      eventType: 'GATE',
      webhookHeaders: [{ name: 'X-API-Key', value: 'my-secret-header-value' }],
    },
    expects: { webhookHeaders: [{ name: 'X-API-Key', value: '***' }], hasSigningKey: false },
  },
  {
    name: 's4.6 one filter of three paths',
    body: {
      url: `${url}/filtered`,
      triggers: ['INTERCHANGE_PROCESSED'],
      eventType: 'GATE',
      filters: [
        {
          'payload.location.streetAddress1': '1 Harbor Way',
          'payload.location.city': 'Oakland',
          'payload.location.state': 'CA',
        },
      ],
    },
    expects: {
      filters: [
        {
          'payload.location.streetAddress1': '1 Harbor Way',
          'payload.location.city': 'Oakland',
          'payload.location.state': 'CA',
        },
      ],
    },
  },
  {
    name: 's4.6 a filter that is no list',
    body: { url: `${url}/single`, triggers: ['*'], eventType: 'GATE', filters: { 'payload.a': 1 } },
    expects: { filters: [{ 'payload.a': 1 }] },
  },
  ...(
    [
      ['trace errors', 'TRACE_ERROR', 'CONTAINER'],
      ['trace errors by their other name', 'TRACE_ERRORS', 'CONTAINER'],
      ['export results', 'TRACE_EXPORT_RESULT', 'CONTAINER'],
      ['empty results', 'TRACE_EMPTY_RESULT', 'CONTAINER'],
      ['booking results as in the example', 'TRACE_RESULTS', 'BOOKING'],
      ['booking results as in the prose', 'TRACE_RESULT', 'BOOKING'],
      ['appointments and truck visits', 'TRACE_RESULT', 'APPOINTMENT'],
    ] as const
  ).map(([what, trigger, entityType]) => ({
    name: `s4.5 a hook for ${what}`,
    body: { url: `${url}/s45`, triggers: [trigger], entityType },
    expects: { triggers: [trigger], entityType },
  })),
];

const terminal = { providerId: 'apm', siteId: 'USLAX' };

/** Section 6: what TMSs publish; the owner stands apart, since each server has its own. */
export const publishes: readonly Example[] = [
  {
    name: 's6.2 gpa page: a container in two spellings, a company, an empty site',
    body: {
      type: 'CONTAINER',
      action: 'TRACE_REQUESTED',
      origin: 'profit-tools-web-services-trace-requested',
      payload: {
        providerId: 'gpa',
        siteId: '',
        containers: [{ id: 'CONT-123456', normalizedId: 'CONT123456' }],
        data: { companyName: 'COMPANY' },
      },
    },
    expects: { items: [{ id: 'CONT-123456', normalizedId: 'CONT123456' }] },
  },
  {
    name: 's12 Q3 one `containerNumber`',
    body: {
      type: 'CONTAINER',
      action: 'TRACE_REQUESTED',
      payload: { ...terminal, containerNumber: 'MSCU1234566' },
    },
    expects: { items: [{ id: 'MSCU1234566', verdict: 'ok' }] },
  },
  {
    name: 's12 Q3 one `id`, the site as `locationCode`',
    body: {
      type: 'CONTAINER',
      action: 'TRACE_REQUESTED',
      payload: { providerId: 'apm', locationCode: 'USLAX', id: 'TCLU1234568' },
    },
    expects: { items: [{ id: 'TCLU1234568', verdict: 'ok' }] },
  },
  {
    name: 's6.3 an empty',
    body: {
      type: 'CONTAINER',
      action: 'TRACE_EMPTY_REQUESTED',
      payload: { ...terminal, containers: [{ id: 'MSCU1234566' }] },
    },
    expects: { items: [{ id: 'MSCU1234566', outcome: 'tracking' }] },
  },
  {
    name: 's6.6 dotted: securspace.gate.interchange',
    body: { type: 'securspace.gate.interchange', payload: { gateType: 'IN' } },
    expects: { type: 'GATE', action: 'INTERCHANGE' },
  },
  {
    name: 's6.6 dotted: sourcesystem.gate.arrived',
    body: { type: 'sourcesystem.gate.arrived', payload: {} },
    expects: { type: 'GATE', action: 'ARRIVED' },
  },
  {
    name: 's6.6 dotted: securspace.gate.interchange_processed',
    body: { type: 'securspace.gate.interchange_processed', payload: {} },
    expects: { type: 'GATE', action: 'INTERCHANGE_PROCESSED' },
  },
  {
    name: 's12 Q5 dotted: a container',
    body: {
      type: 'mytms.container.trace_requested',
      payload: { ...terminal, containers: [{ id: 'CMAU1234560' }] },
    },
    expects: { type: 'CONTAINER', action: 'TRACE_REQUESTED', items: [{ outcome: 'tracking' }] },
  },
];

/** Section 6.4: a booking, singly or in a list, its place under either name. */
export const bookingPublishes: readonly Example[] = [
  {
    name: 's6.4 `bookings` and `locationCode`',
    body: {
      type: 'BOOKING',
      action: 'TRACE_REQUESTED',
      payload: { providerId: 'apm', locationCode: 'USLAX', bookings: [{ id: '2139165390' }] },
    },
    expects: { items: [{ id: '2139165390', verdict: 'ok' }] },
  },
  {
    name: 's6.4 `bookingNumber` and `siteId`',
    body: {
      type: 'BOOKING',
      action: 'TRACE_REQUESTED',
      payload: { ...terminal, bookingNumber: '2139165391' },
    },
    expects: { items: [{ id: '2139165391', verdict: 'ok' }] },
  },
  {
    name: 's6.4 `id`',
    body: { type: 'BOOKING', action: 'TRACE_REQUESTED', payload: { ...terminal, id: '2139165392' } },
    expects: { items: [{ id: '2139165392', verdict: 'ok' }] },
  },
];
