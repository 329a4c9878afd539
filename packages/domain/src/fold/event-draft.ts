import type { EventCode, EventLocation, StatusEvent } from '@envase/contracts';

/** An event that stands after this observation; `recordEvents` adds when it was first recorded. */
export interface EventDraft {
  /** Which event it continues, if one stood under that key before. */
  key: string;
  code: EventCode;
  location: EventLocation | null;
  data: (recordedAt: string) => Record<string, unknown>;
}

type Data = Record<string, unknown>;

const text = (value: unknown) => (typeof value === 'string' ? value : '');

const keyParts: Partial<Record<EventCode, (data: Data) => string[]>> = {
  hold: (data) => [
    text(data.type),
    data.providerCode ? `#${text(data.providerCode)}` : text(data.description),
  ],
  fee: (data) => [text(data.type), text(data.currency), text(data.amount), text(data.paidThrough)],
  lfd: (data) => [text(data.source)],
};

/** What tells an event from others of its code: kind and reason of a hold, source of a last free day, else the leg. */
export function eventKey(code: EventCode, data: Data): string {
  return [code, ...(keyParts[code]?.(data) ?? [text(data.mode)])].join('.');
}

/** The events of a state by their keys, in their order. */
export function keyEvents(events: readonly StatusEvent[]): Map<string, StatusEvent> {
  return new Map(events.map((event) => [eventKey(event.code, event.data), event]));
}

/** An event that stands unchanged. */
export function keepEvent(key: string, { code, location, data }: StatusEvent): EventDraft {
  return { key, code, location, data: () => data };
}
