import type { ContainerResult, Grant, StatusEvent } from '@envase/contracts';
import type { EventDoc, WebhookDoc } from '@envase/db';
import { presentBookingResult, presentContainerResult, type TraceState, unknownState } from '@envase/domain';
import { hashId, newEventId } from '@envase/runtime';

type Owner = Pick<EventDoc, 'orgId' | 'svcId'>;

const box = { number: 'MSCU1234566', providerId: 'apm', siteId: 'USLAX' };
const booking = { ...box, number: 'SAMPLE0001' };

/**
 * A sample of what the hook's first trigger sends (contract s10, answers to orders): `isTest` is true, and it is not stored. Of a name
 * that only the client's own events have, the payload is empty.
 */
export function sampleEvent(hook: WebhookDoc, grants: readonly Grant[], now: number): EventDoc {
  const [trigger = '*'] = hook.triggers;
  const type = hook.entityType === '*' ? 'CONTAINER' : hook.entityType;
  const action = trigger === '*' ? (type === 'BOOKING' ? 'TRACE_RESULTS' : 'TRACE_RESULT') : trigger;
  const at = new Date(now);
  const isTold = /^(CONTAINER|BOOKING)$/.test(type) && /^TRACE_(.*RESULTS?|STOPPED)$/.test(action);
  return {
    _id: newEventId(now),
    ...ownerOf(hook, grants),
    clientId: null,
    type,
    action,
    origin: 'connect-data',
    isTest: true,
    payload: samplePayload(type, action, at),
    traceId: isTold ? hashId('sample', hook._id) : null,
    sequence: isTold ? 1 : null,
    createdAt: at,
    todo: [],
  };
}

/** As an event of this hook would name them; a grant for all services names none, so the sample does. */
function ownerOf({ orgId, svcId }: WebhookDoc, grants: readonly Grant[]): Owner {
  const fitting = grants.filter((grant) => orgId === null || grant.orgId === orgId);
  const grant = fitting.find((one) => one.svcId !== '*') ?? fitting[0];
  const granted = grant === undefined || grant.svcId === '*' ? 'SAMPLE' : grant.svcId;
  return { orgId: orgId ?? grant?.orgId ?? 'SAMPLE', svcId: svcId ?? granted };
}

function samplePayload(type: string, action: string, at: Date): object {
  if (type !== 'CONTAINER' && type !== 'BOOKING') return {};
  const number = type === 'BOOKING' ? booking.number : box.number;
  const { providerId, siteId } = box;
  if (/^TRACE_(.+_)?RESULTS?$/.test(action)) return sampleResult(type, at);
  if (action === 'TRACE_STOPPED') {
    const named = type === 'BOOKING' ? { bookingNumber: number } : { containerNumber: number };
    return { id: number, ...named, providerId, siteId, reason: 'outgated', stoppedAt: at.toISOString() };
  }
  if (!/^TRACE_ERRORS?$/.test(action)) return {};
  return {
    providerId,
    siteId,
    code: 'provider_unavailable',
    message: 'The provider did not answer',
    occurredAt: at.toISOString(),
    retryAt: new Date(at.getTime() + 60_000).toISOString(),
    affected: { count: 1, ids: [number] },
  };
}

function sampleResult(type: 'CONTAINER' | 'BOOKING', now: Date): object {
  const moment = { changes: [], tracedAt: now, nextTraceAt: new Date(now.getTime() + 3_600_000), now };
  if (type === 'BOOKING') return presentBookingResult(booking, sampleState('booked', [], now), moment);
  const date = now.toISOString();
  const location = { type: 'terminal', siteId: box.siteId, name: null };
  const available: StatusEvent = {
    code: 'available',
    eventDate: date,
    date,
    location,
    data: { available: date },
  };
  return presentContainerResult(box, sampleState('available', [available], now), moment);
}

function sampleState(status: ContainerResult['status'], events: StatusEvent[], now: Date): TraceState {
  return { ...unknownState, status, events, observedAt: now.toISOString() };
}
