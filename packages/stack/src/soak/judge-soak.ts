import type { ReceivedEvent } from '@envase/client';
import { type Followed, isGapless, isReached, lastStatusOf } from '../once/follow.ts';
import type { SoakBox } from './fleet.ts';

/** What a box of the soak was told that its script does not allow, or was not told; empty where all came true. */
export function judgeSoakBox(one: Followed<SoakBox>): string[] {
  const { number, providerId, journey, end } = one.box;
  const who = `${number} (${providerId}, ${journey})`;
  return [
    ...(one.endedAt === null ? [`${who} did not reach ${end}: it is ${lastStatusOf(one)}`] : []),
    ...(one.endedAt !== null && !isReached(lastStatusOf(one), end)
      ? [`${who} ended as ${lastStatusOf(one)}, not ${end}`]
      : []),
    ...(isGapless(one) ? [] : [`${who} has a gap in its sequence, or was not told in order`]),
    ...one.events
      .filter((event) => isAhead(event, one.box))
      .map(({ payload }) => `${who} was told ${payload.status} before its time`),
  ];
}

/** Whether a status was told that nothing in the journey so far allows. */
function isAhead({ action, payload, createdAt }: ReceivedEvent, { steps }: SoakBox): boolean {
  if (action !== 'TRACE_RESULT') return false;
  const toldAt = Date.parse(createdAt);
  return !steps.some(({ at, readableAs }) => at <= toldAt && readableAs.includes(String(payload.status)));
}

/** Milliseconds from each step of the journey to the first result that tells it. */
export function measureLatencies({ box, events, publishedAt }: Followed<SoakBox>): number[] {
  const results = events.filter(({ action }) => action === 'TRACE_RESULT');
  let from = 0;
  return results.flatMap(({ payload, createdAt }) => {
    const toldAt = Date.parse(createdAt);
    const step = box.steps.findLastIndex(
      ({ at, readableAs }, index) =>
        index >= from && at <= toldAt && readableAs.includes(String(payload.status)),
    );
    const at = box.steps[step]?.at;
    if (at === undefined) return [];
    from = step + 1;
    // What happened before the publish could not be told sooner.
    return at < publishedAt ? [] : [toldAt - at];
  });
}
