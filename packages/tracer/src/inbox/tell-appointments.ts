import type { Grant } from '@envase/contracts';
import type { EventDoc, EventRepository, InboxDoc, InboxRepository } from '@envase/db';
import { type AppointmentResult, ProviderError, readAppointments } from '@envase/providers';
import { connectEvents, type Producer } from '@envase/queues';
import { asError, type Clock, derivedEventId, failpoint, type Logger } from '@envase/runtime';

export interface TellAppointmentsDeps {
  events: Pick<EventRepository, 'insertResults'>;
  inbox: Pick<InboxRepository, 'markParsed'>;
  producer: Pick<Producer, 'addLanes'>;
  /** The organizations and services whose hooks hear of them. */
  owners: readonly Grant[];
  clock: Pick<Clock, 'now'>;
  logger: Logger;
}

/** How long a fresh event is left to the job that was added with it before the pump repairs. */
const fanOutGraceMs = 3_000;

/**
 * A body about appointments becomes events at once (contract s4): they belong to no trace. Ids follow from the body's, so a body that
 * is read again tells nothing twice.
 */
export function createTellAppointments(deps: TellAppointmentsDeps) {
  const { events, inbox, producer, owners, clock, logger } = deps;
  return async (item: InboxDoc): Promise<string> => {
    const now = clock.now();
    const told = readOrNull(item, logger);
    const fault = told === null ? 'provider_answer' : null;
    const made = (told ?? []).flatMap((payload, index) =>
      owners.map((owner) => newEvent({ item, index, owner, payload }, now)),
    );
    if (made.length > 0) await events.insertResults(made);
    await failpoint('inbox.after-tell');
    await inbox.markParsed(item._id, { parsedAt: new Date(now), traceIds: [], fault, dueAt: null });
    const lanes = made.map(({ _id }) => ({ laneId: _id, data: { eventId: _id } }));
    await producer.addLanes(connectEvents, 'event.fan-out', lanes).catch((error: unknown) => {
      logger.warn({ err: asError(error), inboxId: item._id }, 'Fan-out was not queued: the pump will');
    });
    return fault ?? `${made.length} events`;
  };
}

function readOrNull(item: InboxDoc, logger: Logger): AppointmentResult[] | null {
  try {
    return readAppointments(Buffer.from(item.body));
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    logger.warn({ inboxId: item._id, err: error }, 'An inbound body could not be read and is kept');
    return null;
  }
}

function newEvent(
  about: { item: InboxDoc; index: number; owner: Grant; payload: AppointmentResult },
  now: number,
): EventDoc {
  const { item, index, owner, payload } = about;
  const { orgId, svcId } = owner;
  return {
    _id: derivedEventId(item._id, String(index), orgId, svcId),
    orgId,
    svcId,
    clientId: null,
    type: 'APPOINTMENT',
    action: 'TRACE_RESULT',
    origin: 'tracer',
    isTest: false,
    payload,
    traceId: null,
    sequence: null,
    createdAt: item.receivedAt,
    todo: ['hooks'],
    dueAt: new Date(now + fanOutGraceMs),
  };
}
