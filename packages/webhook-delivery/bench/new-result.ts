import type { EventDoc } from '@envase/db';
import { newEventId } from '@envase/runtime';
import { newEvent } from '../test/documents.ts';

/** A trace result of about 1 KB. */
export function newResult(): EventDoc {
  const step = { code: 'released', eventDate: '2026-11-24T08:00:00Z', date: '2026-11-24T08:00:00Z' };
  const payload = {
    containerNumber: 'MSCU1234566',
    id: 'MSCU1234566',
    description: '40 ft high cube',
    length: '40',
    providerId: 'apm',
    status: 'available',
    destination: { type: 'terminal', siteId: 'urn:site:apm:lax', name: 'Los Angeles, Pier 400' },
    events: Array.from({ length: 5 }, () => ({ ...step, location: null, data: { released: step.date } })),
  };
  return newEvent({ _id: newEventId(), payload });
}
