import { eventCodes, type StatusEvent } from '@envase/contracts';
import { type EventDraft, keyEvents } from './event-draft.ts';

/**
 * The events that stand now. One that stood before keeps its place and `eventDate`, when it was first recorded
 * (contract s10); new ones follow in the order of the vocabulary, so the order in which a source lists them does not show.
 */
export function recordEvents(
  known: readonly StatusEvent[],
  drafts: readonly EventDraft[],
  now: string,
): StatusEvent[] {
  const standing = new Map(drafts.map((draft) => [draft.key, draft]));
  const kept = [...keyEvents(known)].flatMap(([key, event]) => {
    const draft = standing.get(key);
    standing.delete(key);
    return draft ? [record(draft, event.eventDate)] : [];
  });
  const added = [...standing.values()].toSorted(compareDrafts).map((draft) => record(draft, now));
  return [...kept, ...added];
}

function record({ code, location, data }: EventDraft, recordedAt: string): StatusEvent {
  return { code, eventDate: recordedAt, date: recordedAt, location, data: data(recordedAt) };
}

function compareDrafts(a: EventDraft, b: EventDraft): number {
  return eventCodes.indexOf(a.code) - eventCodes.indexOf(b.code) || (a.key < b.key ? -1 : 1);
}
