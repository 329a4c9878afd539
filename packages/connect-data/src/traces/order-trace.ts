import { type PublishRequest, parsePublish, type Service } from '@envase/contracts';
import type { Tenant, TraceDoc } from '@envase/db';
import { AppError } from '@envase/runtime';
import { type PublishDeps, publishParsed } from '../events/publish.ts';

/** What a client may have done with a trace; each is the same as publishing it (contract s7, s10 "answers to orders"). */
export type TraceCommand = 'refresh' | 'stop' | 'resume';

/** Durable when it resolves, applied soon after. Throws `invalid_request` where the trace cannot take the command. */
export type OrderTrace = (tenant: Tenant, trace: TraceDoc, command: TraceCommand) => Promise<void>;

const requests: Partial<Record<Service, string>> = {
  export: 'TRACE_EXPORT_REQUESTED',
  empty: 'TRACE_EMPTY_REQUESTED',
};

export function createOrderTrace(deps: PublishDeps): OrderTrace {
  return async (tenant, trace, command) => {
    const { orgId, svcId } = trace;
    const request = toRequest(trace, command);
    try {
      await publishParsed({ tenant, owner: { orgId, svcId }, request, idem: null }, deps);
    } catch (error) {
      throw error instanceof AppError && error.code === 'invalid_request' ? refuse(command, error) : error;
    }
  };
}

/** As its client would have published it, but meant for this trace alone and not for every service of its box. */
function toRequest(trace: TraceDoc, command: TraceCommand): PublishRequest {
  const { type, service, number, providerId, siteId, traceUntil, isTest } = trace;
  const boxes = type === 'BOOKING' ? { bookings: [{ id: number }] } : { containers: [{ id: number }] };
  const action = nameOf(command, service);
  const parsed = parsePublish({
    type,
    action,
    isTest,
    payload: { providerId, siteId, traceUntil, ...boxes },
  });
  if (!parsed.ok || !parsed.request.order) {
    throw new AppError('internal', `A trace of ${type} cannot be ordered by ${action}`);
  }
  return { ...parsed.request, order: { ...parsed.request.order, service } };
}

function nameOf(command: TraceCommand, service: Service): string {
  if (command === 'refresh') return requests[service] ?? 'TRACE_REQUESTED';
  return command === 'stop' ? 'TRACE_STOP_REQUESTED' : 'TRACE_RESUME_REQUESTED';
}

/** The faults without the places of a body that nobody sent. */
function refuse(command: TraceCommand, cause: AppError): AppError {
  const reasons = (cause.details ?? []).map(({ message }) => message).join('; ');
  return new AppError('invalid_request', `This trace takes no ${command}: ${reasons}`, { cause });
}
