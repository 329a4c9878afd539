import type {
  DeliveryRepository,
  EventRepository,
  WebhookDoc,
  WebhookHealth,
  WebhookRepository,
} from '@envase/db';
import type { OpenHook } from '@envase/egress';
import type { ClientDirectory } from '@envase/http';
import type { KeyRing, Logger } from '@envase/runtime';
import { afterAttempt, isHeld } from '../health/judge-health.ts';
import type { AttemptDeps, Attempted } from './attempt.ts';
import type { Chain } from './chain.ts';
import type { FailingShare } from './failing-share.ts';
import type { Recorder } from './recorder.ts';

export interface TurnDeps extends AttemptDeps {
  webhooks: Pick<WebhookRepository, 'get' | 'recordHealth' | 'disable' | 'settleNotice' | 'moveReplay'>;
  deliveries: DeliveryRepository;
  events: Pick<EventRepository, 'getMany' | 'owesHooksBelow' | 'insertResults'>;
  directory: Pick<ClientDirectory, 'find' | 'isFresh' | 'refresh'>;
  ring: KeyRing;
  logger: Logger;
  failing: FailingShare;
  /** How long a hook keeps its place while others wait; 1 s unless given. */
  turnMs?: number;
  /** The program stops: what is under way may end, nothing new is begun. */
  isStopping: () => boolean;
  /** Told of each delivery that ended, once that is on disk. */
  countEnded?: (owner: { orgId: string; svcId: string }, state: 'delivered' | 'dead') => void;
  /** Told how each attempt ended. */
  count?: (state: 'delivered' | 'retrying' | 'dead') => void;
}

/** A hook as it was looked at last. */
export interface TurnHook {
  open: OpenHook;
  isOrdered: boolean;
  maxInFlight: number;
}

/** One turn of a hook's lane: what is under way, and what it knows. Only the turn itself touches it. */
export interface Turn {
  readonly webhookId: string;
  readonly deps: TurnDeps;
  readonly signal: AbortSignal;
  readonly recorder: Recorder;
  readonly turnMs: number;
  /** On performance.now(): when it gives its place to other hooks. Its time begins with `startTime`. */
  endsAt: number;
  /** How many deliveries are loaded at once; fewer where their events are large. */
  batchSize: number;
  /** As it was read last, whether it may be sent to or not. */
  doc: WebhookDoc | null;
  hook: TurnHook | null;
  /** As it was read first, and as this turn's attempts made it. */
  healthBefore: WebhookHealth | null;
  health: WebhookHealth | null;
  /** One of the places for hooks that fail. */
  hasPlace: boolean;
  /** To be started. */
  queue: Chain[];
  /** Queued, running and parked chains by their trace. */
  chains: Map<string, Chain>;
  /** Ids that were loaded and are not recorded yet. */
  taken: Set<string>;
  /** The last sequence of a trace that is delivered or dead. */
  settled: Map<string, number>;
  running: number;
  parked: number;
  /** Requests under way, and those of them that began before the turn's end. */
  sending: number;
  sendingSinceBefore: number;
  isLoading: boolean;
  mayHaveMore: boolean;
  /** Something due was left, for the next turn. */
  hasLeft: boolean;
  isStopped: boolean;
  failure: Error | null;
}

const defaultTurnMs = 1_000;

export function createTurn(
  webhookId: string,
  by: { deps: TurnDeps; signal: AbortSignal; recorder: Recorder },
): Turn {
  return {
    ...by,
    webhookId,
    turnMs: by.deps.turnMs ?? defaultTurnMs,
    endsAt: Number.POSITIVE_INFINITY,
    batchSize: 100,
    doc: null,
    hook: null,
    healthBefore: null,
    health: null,
    hasPlace: false,
    queue: [],
    chains: new Map(),
    taken: new Set(),
    settled: new Map(),
    running: 0,
    parked: 0,
    sending: 0,
    sendingSinceBefore: 0,
    isLoading: false,
    mayHaveMore: true,
    hasLeft: false,
    isStopped: false,
    failure: null,
  };
}

/** Called when something was loaded: however slow the database is, a turn has time to send what it read first. */
export function startTime(turn: Turn): void {
  turn.endsAt = Math.min(turn.endsAt, performance.now() + turn.turnMs);
}

/**
 * Nothing new is begun any more. A turn whose time has passed while requests hang has its place anyway: it goes on with
 * other deliveries until those that hung then have ended, so a hanging one holds up nothing but itself.
 */
export function isOver(turn: Turn): boolean {
  if (turn.isStopped || turn.signal.aborted || turn.deps.isStopping()) return true;
  return turn.sendingSinceBefore === 0 && performance.now() >= turn.endsAt;
}

/** In the first half of its time. */
export function isEarly({ endsAt, turnMs }: Turn): boolean {
  return performance.now() < endsAt - turnMs / 2;
}

/** How many chains may run: an open breaker whose time has passed admits one. */
export function capOf({ hook, health }: Turn): number {
  return health?.breakerUntil ? 1 : (hook?.maxInFlight ?? 0);
}

/** What an attempt means for the rest of the turn. */
export function noteAttempt(turn: Turn, { verdict, result }: Attempted): void {
  const { clock, count } = turn.deps;
  if (turn.health === null) return;
  const wasProbe = turn.health.breakerUntil !== null;
  const now = clock.now();
  turn.health = afterAttempt(turn.health, { verdict, now, waitOf: (ms) => clock.wait(ms) });
  if (isHeld(turn.health, now)) {
    turn.hasLeft = true;
    turn.isStopped = true;
  }
  // A probe is loaded alone.
  else if (wasProbe) turn.mayHaveMore = true;
  if (result.state === 'delivered' || result.state === 'retrying' || result.state === 'dead') {
    count?.(result.state);
  }
}

/** The turn's requests; those that began before its end keep it going. */
export async function whileSending<T>(turn: Turn, send: () => Promise<T>): Promise<T> {
  const isBefore = performance.now() < turn.endsAt;
  turn.sending += 1;
  if (isBefore) turn.sendingSinceBefore += 1;
  try {
    return await send();
  } finally {
    turn.sending -= 1;
    if (isBefore) turn.sendingSinceBefore -= 1;
  }
}
