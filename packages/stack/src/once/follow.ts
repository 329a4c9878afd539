import type { ReceivedEvent } from '@envase/client';
import type { ScriptedBox } from './scenario.ts';

/** What the TMS was told of one box. */
export interface Followed<Box extends ScriptedBox = ScriptedBox> {
  box: Box;
  publishedAt: number;
  firstAt: number | null;
  endedAt: number | null;
  events: ReceivedEvent[];
}

export interface Follower<Box extends ScriptedBox = ScriptedBox> {
  publish(box: Box): void;
  take(event: ReceivedEvent): void;
  all(): Followed<Box>[];
  /** Events about a failed attempt, which name no single box. */
  errors(): ReceivedEvent[];
  isOver(): boolean;
}

/** Follows boxes from their publish to the end of their journey, by nothing but what arrives. */
export function createFollower<Box extends ScriptedBox>(now: () => number = Date.now): Follower<Box> {
  const followed = new Map<string, Followed<Box>>();
  const errors: ReceivedEvent[] = [];
  return {
    publish: (box) =>
      void followed.set(box.number, { box, publishedAt: now(), firstAt: null, endedAt: null, events: [] }),
    take(event) {
      if (event.action === 'TRACE_ERROR') errors.push(event);
      const one = followed.get(String(event.payload.containerNumber ?? ''));
      if (!one) return;
      one.events.push(event);
      one.firstAt ??= now();
      if (isEnd(event, one.box)) one.endedAt ??= now();
    },
    all: () => [...followed.values()],
    errors: () => errors,
    isOver: () => [...followed.values()].every(({ endedAt }) => endedAt !== null),
  };
}

/** A journey ends with the stop of its trace; one of a box that is never found, with that answer. */
function isEnd({ action, payload }: ReceivedEvent, { end }: ScriptedBox): boolean {
  if (end === 'not_found') return action === 'TRACE_RESULT' && payload.status === 'not_found';
  return action === 'TRACE_STOPPED' && isReached(String(payload.reason), end);
}

/** A source that is asked a little later says at once what came after the end: the empty is back. */
export function isReached(status: string, end: string): boolean {
  return status === end || (end === 'outgated' && status === 'empty_returned');
}

export function lastStatusOf({ events }: Followed): string {
  return String(
    events.findLast(({ action }) => action === 'TRACE_RESULT')?.payload.status ?? 'nothing heard',
  );
}

/** Whether the numbered events came as 1, 2, 3 … each once (contract s4; the web-hook is an ordered one). */
export function isGapless({ events }: Followed): boolean {
  const sequences = events.flatMap(({ sequence }) => sequence ?? []);
  return sequences.length > 0 && sequences.every((sequence, index) => sequence === index + 1);
}
