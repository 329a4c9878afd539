/** Bodies that are taken as they stand here, by name; a test holds each against its schema and sends it. */
const owner = {
  orgId: '3b42ff39-d731-43f6-a8a2-1b257f87469e',
  svcId: '7cd437c3-f25a-4e22-b221-47b6485f140d',
};

/** `POST /api/events`: each service, each envelope, and an event of one's own. */
export const publishExamples = {
  availability: {
    ...owner,
    type: 'CONTAINER',
    action: 'TRACE_REQUESTED',
    payload: { providerId: 'apm', siteId: 'USLAX', containers: [{ id: 'MSCU1234566' }] },
  },
  dotted: {
    type: 'mytms.container.trace_requested',
    payload: { providerId: 'apm', siteId: 'USLAX', containerNumber: 'TCLU1234568' },
  },
  booking: {
    ...owner,
    type: 'BOOKING',
    action: 'TRACE_REQUESTED',
    payload: { providerId: 'apm', locationCode: 'USLAX', bookings: [{ id: 'EBKG01234567' }] },
  },
  gate: { ...owner, type: 'GATE', action: 'INTERCHANGE_PROCESSED', payload: { gate: 7 } },
} as const;

/** `POST /api/webhooks`. */
export const webhookExamples = {
  results: {
    url: 'https://tms.example.com/hooks/envase',
    triggers: ['TRACE_RESULT', 'TRACE_STOPPED', 'TRACE_ERROR'],
    entityType: 'CONTAINER',
    signingKey: 'a long random text of your own',
    ...owner,
  },
  filtered: {
    url: 'https://tms.example.com/hooks/envase-apm',
    triggers: ['*'],
    eventType: 'CONTAINER',
    filters: [{ 'payload.providerId': 'apm' }],
    webhookHeaders: [{ name: 'X-Api-Key', value: 'what your gateway asks for' }],
    ordered: true,
  },
  pulled: { triggers: ['*'], entityType: '*', delivery: 'pull' },
} as const;

/** `PATCH /api/webhooks/{id}`. */
export const webhookChangeExamples = {
  description: { description: 'The hook of our yard' },
  key: { signingKey: 'the next long random text' },
} as const;
