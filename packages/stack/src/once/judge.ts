import type { EventAnswer, ReceivedEvent } from '@envase/client';
import { type Followed, type Follower, isGapless, isReached, lastStatusOf } from './follow.ts';
import { invalidNumber } from './scenario.ts';

export interface Outcome {
  follower: Follower;
  published: readonly EventAnswer[];
  republished: EventAnswer;
  outage: { providerId: string };
}

/** What did not come true of the scenario; empty where all did. */
export function judge({ follower, published, republished, outage }: Outcome): string[] {
  return [
    ...follower.all().flatMap(judgeBox),
    ...judgeInvalid(published),
    ...judgeRepublished(follower, republished),
    ...judgeOutage(follower, outage.providerId),
  ];
}

function judgeBox(one: Followed): string[] {
  const { number, end, providerId } = one.box;
  if (one.endedAt === null)
    return [`${number} (${providerId}) did not reach ${end}: it is ${lastStatusOf(one)}`];
  return [
    ...(isReached(lastStatusOf(one), end) ? [] : [`${number} ended as ${lastStatusOf(one)}, not ${end}`]),
    ...(isGapless(one) ? [] : [`${number} has a gap in its sequence, or was not told in order`]),
  ];
}

function judgeInvalid(published: readonly EventAnswer[]): string[] {
  const item = published.flatMap(({ items }) => items).find(({ id }) => id === invalidNumber);
  const isRejected = item?.outcome === 'rejected' && item.traceId === null && item.reason !== undefined;
  return isRejected ? [] : [`the number that is none was not rejected: ${JSON.stringify(item)}`];
}

function judgeRepublished(follower: Follower, answer: EventAnswer): string[] {
  const [item] = answer.items;
  if (item?.outcome !== 'forced') return [`the republished box was not forced: ${item?.outcome}`];
  const one = follower.all().find(({ box }) => box.number === item.normalizedId);
  const isTold = one?.events.some((event) => isResultAfter(event, answer.createdAt));
  return isTold ? [] : ['the republished box was told no result'];
}

function judgeOutage(follower: Follower, providerId: string): string[] {
  const errors = follower.errors().filter(({ payload }) => payload.providerId === providerId);
  const [first] = errors;
  if (!first) return [`nobody was told that ${providerId} was down`];
  const others = follower.errors().filter((event) => !errors.includes(event));
  const isOver = follower
    .all()
    .some(
      ({ box, events }) =>
        box.providerId === providerId && events.some((event) => isResultAfter(event, first.createdAt)),
    );
  return [
    ...(isOver ? [] : [`${providerId} did not come back`]),
    ...others.map(
      ({ payload }) => `${payload.providerId} failed unasked: ${payload.code}, ${payload.message}`,
    ),
  ];
}

function isResultAfter({ action, createdAt }: ReceivedEvent, at: string): boolean {
  return action === 'TRACE_RESULT' && Date.parse(createdAt) >= Date.parse(at);
}
