import type { CanonicalStatus, StopReason } from '@envase/contracts';
import { fold, plan, type TraceState } from '@envase/domain';
import type { ProviderError } from '../src/provider.ts';
import { stepAt, type WeekBox } from './week-boxes.ts';
import { strikeFault } from './week-faults.ts';

/** A result as its web-hook gets it: in the pure cores at the instant of the answer. */
export interface Delivery {
  at: number;
  /** The step of the journey that stood then. */
  step: number;
  status: CanonicalStatus;
}

/** How long a change took to be told; `bestMs`: had no question failed, at the times the cadence chose. */
export interface Latency {
  ms: number;
  bestMs: number;
}

/** What became of one trace. */
export interface Story {
  box: WeekBox;
  asks: number[];
  failures: ProviderError['code'][];
  deliveries: Delivery[];
  latencies: Latency[];
  quarantined: string[];
  /** Results of answers that said the same as the one before. */
  repeated: string[];
  stoppedAt: number;
  reason: StopReason;
}

interface Standing {
  state: TraceState | null;
  failures: number;
  notFoundCount: number;
  /** The step that was last answered. */
  seen: number;
  /** When each step could first have been seen. */
  firstAsked: Map<number, number>;
  /** How often in a row the same reading came again. */
  repeats: number;
  mostRepeats: number;
}

/** How a container is traced. */
export interface Tracing {
  publishedAt: number;
  random: () => number;
  /** How often in a row the same reading is folded again, to see that it changes nothing; more would show no more. */
  mostRepeats: number;
}

/** Traces a box from when it is published to its end: plan, ask, map, fold, tell. Equal `random` makes equal stories. */
export function followTrace(box: WeekBox, tracing: Tracing): Story {
  const { publishedAt, random } = tracing;
  const story: Story = {
    ...{ box, asks: [], failures: [], deliveries: [], latencies: [], quarantined: [], repeated: [] },
    ...{ stoppedAt: 0, reason: 'max_age' },
  };
  const standing: Standing = {
    ...{ state: null, failures: 0, notFoundCount: 0 },
    ...{
      seen: stepAt(box, publishedAt),
      firstAsked: new Map(),
      repeats: 0,
      mostRepeats: tracing.mostRepeats,
    },
  };
  for (let now = publishedAt; ; ) {
    const { ended, retryAfterMs } = ask(story, standing, { now, random });
    const { state, failures, notFoundCount } = standing;
    const limits = { ...{ state, failures, notFoundCount, retryAfterMs }, createdAt: publishedAt };
    const planned = plan({ ...limits, facts: box.facts, now, speed: 1, random });
    const reason = ended ?? planned.stopReason;
    if (reason || planned.nextTraceAt === null)
      return { ...story, stoppedAt: now, reason: reason ?? 'max_age' };
    now = planned.nextTraceAt;
  }
}

interface Moment {
  now: number;
  random: () => number;
}

function ask(
  story: Story,
  standing: Standing,
  { now, random }: Moment,
): { ended: StopReason | null; retryAfterMs: number | null } {
  const { box } = story;
  const step = stepAt(box, now);
  story.asks.push(now);
  for (let passed = standing.seen + 1; passed <= step; passed += 1) {
    if (!standing.firstAsked.has(passed)) standing.firstAsked.set(passed, now);
  }
  const failure = strikeFault(random);
  if (failure) {
    story.failures.push(failure.code);
    standing.failures += 1;
    return { ended: null, retryAfterMs: failure.retryAfterMs };
  }
  return { ended: answer(story, standing, { now, step }), retryAfterMs: null };
}

function answer(story: Story, standing: Standing, { now, step }: { now: number; step: number }) {
  const { box } = story;
  const reading = box.readings[step];
  if (!reading) throw new RangeError(`${box.number} is asked for before its journey begins`);
  const before = standing.state;
  standing.failures = 0;
  standing.notFoundCount = reading.found ? 0 : standing.notFoundCount + 1;
  standing.repeats = before !== null && step === standing.seen ? standing.repeats + 1 : 0;
  if (standing.repeats > standing.mostRepeats) return null;
  const at = new Date(now).toISOString();
  const { state, changes, ended, quarantined } = fold(
    before,
    { ...reading, observedAt: at },
    { ...box.facts, now: at },
  );
  standing.state = state;
  story.quarantined.push(...quarantined);
  if (standing.repeats > 0) story.repeated.push(...changes.map(({ field }) => field));
  if (before === null || changes.length > 0) tell(story, standing, { at: now, step, status: state.status });
  standing.seen = step;
  return ended;
}

function tell({ box, deliveries, latencies }: Story, standing: Standing, delivery: Delivery): void {
  const { at, step } = delivery;
  deliveries.push(delivery);
  for (let told = standing.seen + 1; told <= step; told += 1) {
    const changedAt = box.followed.steps[told]?.at ?? at;
    const askedAt = standing.firstAsked.get(told) ?? at;
    if (box.shows[told]) latencies.push({ ms: at - changedAt, bestMs: askedAt - changedAt });
  }
}
