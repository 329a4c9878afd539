import type { MilestoneCode } from '@envase/domain';

/** What an event says: where it counts as what, or that it tells no step. */
export interface EventMeaning {
  /** At the destination. */
  here: MilestoneCode | null;
  /** Anywhere else: a train that comes in or is unloaded on the way tells only that the box has set out. */
  elsewhere: MilestoneCode | null;
}

const anywhere = (code: MilestoneCode | null): EventMeaning => ({ here: code, elsewhere: code });

/** `Event.Description`. `OUT-GATE` and `DEPARTURE` stand in samples; the other words are inferred. */
export const events: Readonly<Record<string, EventMeaning>> = {
  'OUT-GATE': anywhere('outgated'),
  'IN-GATE': anywhere('ingated'),
  RAMP: anywhere('rail-loaded'),
  DEPARTURE: anywhere('rail-departed'),
  ARRIVAL: { here: 'rail-arrived', elsewhere: 'rail-departed' },
  DERAMP: { here: 'rail-unloaded', elsewhere: 'rail-departed' },
  NOTIFICATION: anywhere(null),
  INTERCHANGE: anywhere(null),
};

/** `WaybillStatus`; it tells of the paper, not of the box. `Planned` and `Pending` were seen by one client. */
export const waybillStatuses: ReadonlySet<string> = new Set(['executing', 'planned', 'pending']);

export interface CarKind {
  length: string;
  description: string;
}

/** `CarKind`, as two clients read it. */
export const carKinds: Readonly<Record<string, CarKind>> = {
  KC1: { length: '20', description: '20 ft dry' },
  KC2: { length: '40', description: '40 ft dry' },
  KC4: { length: '40', description: '40 ft high cube' },
  KR4: { length: '40', description: '40 ft reefer' },
};

const standing = /\b(hold|held|exam|inspect|detain|refuse)|\bnot (yet )?(released|cleared)\b/i;
const lifted = /\b(released?|cleared|removed|none|no holds?)\b/i;
const notYet = /\b(not|pending|until)\b/i;

/** What a text of customs says: held, free, or (null) neither for certain. Inferred but for the words hold and released. */
export function readCustomsText(text: string): 'held' | 'free' | null {
  if (lifted.test(text) && !notYet.test(text)) return 'free';
  return standing.test(text) ? 'held' : null;
}
