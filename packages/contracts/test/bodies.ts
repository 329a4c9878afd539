/** A container publish as the evidence has it (section 6.2), changed as told. */
export function containerPublish(
  payload: Record<string, unknown> = {},
  envelope: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    orgId: '3b42ff39-d731-43f6-a8a2-1b257f87469e',
    svcId: '7cd437c3-f25a-4e22-b221-47b6485f140d',
    type: 'CONTAINER',
    action: 'TRACE_REQUESTED',
    origin: 'profit-tools-web-services-trace-requested',
    payload: {
      providerId: 'gpa',
      siteId: '',
      containers: [{ id: 'CONT-123456', normalizedId: 'CONT123456' }],
      data: { companyName: 'COMPANY' },
      ...payload,
    },
    ...envelope,
  };
}

/** A booking publish; `payload` names the booking. */
export function bookingPublish(
  payload: Record<string, unknown>,
  action = 'TRACE_REQUESTED',
): Record<string, unknown> {
  return { orgId: 'o', svcId: 's', type: 'BOOKING', action, payload: { providerId: 'apm', ...payload } };
}

/** A minimal registration (evidence, section 4.2), changed as told. */
export function registration(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    url: 'https://tms.example/hook',
    triggers: ['TRACE_RESULT'],
    entityType: 'CONTAINER',
    ...changes,
  };
}

/** The same value as `JSON.parse` makes it: a key "__proto__" is a property of its own. */
export function parsed(json: string): unknown {
  return JSON.parse(json);
}
