import { renderEvent } from '@envase/contracts';
import type { EventDoc } from '../documents.ts';

/** A stored event as JSON text: what web-hooks receive and the API answers; `action` is the name its receiver registered. */
export function renderStoredEvent(event: EventDoc, action = event.action): string {
  return renderEvent({ ...event, id: event._id }, action);
}
