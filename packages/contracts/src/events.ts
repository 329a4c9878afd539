/** What an event is on the wire, apart from its payload (contract s3, s4). */
export interface EventEnvelope {
  id: string;
  orgId: string;
  svcId: string;
  type: string;
  action: string;
  origin: string;
  isTest: boolean;
  createdAt: Date;
  sequence: number | null;
  traceId: string | null;
}

export const bookingResultNames = { results: 'TRACE_RESULTS', result: 'TRACE_RESULT' } as const;

/** Names that mean the same trigger (contract s4): each row is one event under every name a hook may register. */
export const actionAliases: readonly { type: string; canonical: string; alias: string }[] = [
  { type: 'BOOKING', canonical: 'TRACE_RESULTS', alias: 'TRACE_RESULT' },
  { type: 'CONTAINER', canonical: 'TRACE_ERROR', alias: 'TRACE_ERRORS' },
  { type: 'BOOKING', canonical: 'TRACE_ERROR', alias: 'TRACE_ERRORS' },
];

/**
 * The event as JSON text: what web-hooks receive and `GET /api/events` answers. `payload` as text is spliced in as
 * it stands, so a publish comes back value for value; `action` is the name the receiver registered.
 */
export function renderEvent(
  event: EventEnvelope & { payload: string | object },
  action = event.action,
): string {
  const head = {
    id: event.id,
    orgId: event.orgId,
    svcId: event.svcId,
    tmsId: event.svcId,
    type: event.type,
    action,
    origin: event.origin,
    isTest: event.isTest,
    createdAt: event.createdAt.toISOString(),
    sequence: event.sequence,
    traceId: event.traceId,
  };
  const payload = typeof event.payload === 'string' ? event.payload : JSON.stringify(event.payload);
  return `${JSON.stringify(head).slice(0, -1)},"payload":${payload}}`;
}
