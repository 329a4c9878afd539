import type { CanonicalStatus, Change, HistoryEntry } from '@envase/contracts';
import type { EventDoc } from '@envase/db';

/** What one event of a trace told (contract s9, history); a stop changes nothing that is known of the box. */
export function presentHistory(event: EventDoc): HistoryEntry {
  return {
    eventId: event._id,
    sequence: event.sequence ?? 0,
    createdAt: event.createdAt.toISOString(),
    action: event.action,
    ...readTold(event),
  };
}

function readTold({ payload }: EventDoc): Pick<HistoryEntry, 'status' | 'changes'> {
  // What the Trace Manager told is a document: a result, or a stop, which has neither member.
  const { status = 'stopped', changes = [] } = payload as { status?: CanonicalStatus; changes?: Change[] };
  return { status, changes };
}
