import type { Milestone } from '../observation.ts';
import { toEpochMs } from '../time.ts';
import type { Position, TraceFacts } from '../trace-state.ts';
import { type Step, stepCode, stepsOf } from './steps.ts';

interface Placed {
  position: Position;
  step: Step;
  atMs: number | null;
}

/** Where one observation by itself puts the box, not before anything else it tells; null when it names no step of the trip. */
export function readPosition(milestones: readonly Milestone[], facts: TraceFacts): Position | null {
  const placed = milestones.flatMap((milestone) => {
    const code = stepCode(milestone, facts);
    return code ? (place({ code, at: milestone.time?.at ?? null }, facts) ?? []) : [];
  });
  const highest = Math.max(...placed.map(({ step }) => step.leg));
  const onLeg = placed.filter(({ step }) => step.leg === highest);
  const isTimed = onLeg.every(({ atMs }) => atMs !== null);
  const [last] = onLeg.toSorted((a, b) => {
    const byTime = (b.atMs ?? 0) - (a.atMs ?? 0);
    const byOrder = b.step.order - a.step.order;
    return isTimed ? byTime || byOrder : byOrder || byTime;
  });
  const [latest] = placed.toSorted((a, b) => (b.atMs ?? 0) - (a.atMs ?? 0));
  return last ? { code: last.position.code, at: last.position.at ?? latest?.position.at ?? null } : null;
}

/**
 * Where the box is after one more observation: never on an earlier leg, and never moved back by older news of the same leg. A
 * position without a time is not before the one that it follows.
 */
export function movePosition(
  known: Position | null,
  said: Position | null,
  facts: TraceFacts,
): Position | null {
  const before = known && place(known, facts);
  const after = said && place(said, facts);
  if (!before || !after) return (after ?? before)?.position ?? null;
  const isOlder = before.atMs !== null && after.atMs !== null && after.atMs < before.atMs;
  if (after.step.leg < before.step.leg) return before.position;
  if (after.step.where === 'left') return leave(before, after);
  if (after.step.leg === before.step.leg && isOlder) return before.position;
  return { code: after.position.code, at: after.position.at ?? before.position.at };
}

/** Once it is known when a box left, that does not move: later milestones are told from the next trip's by it. */
function leave(before: Placed, after: Placed): Position {
  const knownAt = before.step.where === 'left' ? before.position.at : null;
  return { code: after.position.code, at: knownAt ?? after.position.at };
}

/** What a position means to this trace; null for none. */
export function stepAt(position: Position | null, facts: TraceFacts): Step | null {
  return (position && stepsOf(facts)[position.code]) ?? null;
}

function place(position: Position, facts: TraceFacts): Placed | null {
  const step = stepAt(position, facts);
  return step && { position, step, atMs: toEpochMs(position.at) };
}
