import { z } from 'zod';
import { uuidOf } from '../../hash.ts';
import type { Trip } from '../../journey/box-state.ts';
import { boxState } from '../../journey/box-state.ts';
import type { World } from '../../world/world.ts';
import { readSettings } from '../provider.ts';
import { renderNotification } from './render.ts';

export type DialectId = 'sprintpass_pro' | 'emodal';

export const sprintpassSettings = z.strictObject({
  apiKey: z.string().min(1).default('simulated-sprintpass-key'),
  queuePolicy: z.string().min(1).default('simulated-listen'),
  queueKey: z.string().min(1).default('simulated-queue-key'),
  /** How long a message is one reader's, in real time. */
  lockSeconds: z.number().positive().default(30),
  /** The other form of an answer to orders than is usual for the interface. */
  otherForm: z.boolean().default(false),
});

export const settingsOf = (world: World, id: DialectId) => readSettings(world, id, sprintpassSettings);

/** A message until it is completed, or was handed out as often as the queue allows. */
interface Message {
  sequence: number;
  body: object;
  deliveries: number;
  lock: { token: string; until: number } | null;
}

interface Memory {
  /** Boxes whose orders stand. */
  orders: Set<string>;
  /** What was put into the queue already. */
  queued: Set<string>;
  messages: Message[];
  nextSequence: number;
}

const memories = new WeakMap<World, Map<DialectId, Memory>>();
const mostDeliveries = 10;

/** Orders and queue of a world; they end with the process. */
export function memoryOf(world: World, id: DialectId): Memory {
  const known = memories.get(world) ?? new Map<DialectId, Memory>();
  memories.set(world, known);
  const memory = known.get(id) ?? { orders: new Set(), queued: new Set(), messages: [], nextSequence: 1 };
  known.set(id, memory);
  return memory;
}

export const keyOf = (id: DialectId, number: string) =>
  ({ providerId: id, kind: 'terminal', number }) as const;

/** Puts what has happened to ordered boxes since the last look into the queue, a message per step. */
function fill(world: World, id: DialectId): void {
  const { orders, queued } = memoryOf(world, id);
  for (const number of orders) {
    const trip = world.tripOf(keyOf(id, number));
    if (!trip) continue;
    for (const { step, at } of boxState(trip, world.now()).history) {
      const key = `${number} ${trip.startAt} ${step}`;
      if (queued.has(key)) continue;
      queued.add(key);
      put(world, id, trip, at);
    }
  }
}

function put(world: World, id: DialectId, trip: Trip, at: number): void {
  const memory = memoryOf(world, id);
  const state = boxState(trip, at);
  const body = renderNotification(state);
  memory.messages.push({ sequence: memory.nextSequence, body, deliveries: 0, lock: null });
  memory.nextSequence += 1;
  // The vendor gives up a box that it does not find: it must be ordered again.
  if (!state.found) memory.orders.delete(trip.number);
}

/** Locks the oldest message that is nobody's; null for none. */
export function lockHead(world: World, id: DialectId): Message | null {
  fill(world, id);
  const memory = memoryOf(world, id);
  const now = world.now();
  memory.messages = memory.messages.filter((one) => one.deliveries < mostDeliveries || isLocked(one, now));
  const next = memory.messages.find((one) => !isLocked(one, now));
  if (!next) return null;
  next.deliveries += 1;
  const token = uuidOf(world.seed, id, 'lock', next.sequence, next.deliveries);
  next.lock = { token, until: now + settingsOf(world, id).lockSeconds * 1_000 };
  return next;
}

function isLocked({ lock }: Message, now: number): boolean {
  return lock !== null && lock.until > now;
}

/** Completes or gives back a message; false where the lock is not, or no longer, the caller's. */
export function endLock(
  world: World,
  { id, sequence, token, isDone }: { id: DialectId; sequence: number; token: string; isDone: boolean },
): boolean {
  const memory = memoryOf(world, id);
  const now = world.now();
  const found = memory.messages.find(
    (one) => one.sequence === sequence && one.lock?.token === token && isLocked(one, now),
  );
  if (!found) return false;
  found.lock = null;
  if (isDone) memory.messages = memory.messages.filter((one) => one !== found);
  return true;
}

/** Orders a box. What it has come to is told at once, and what came before that is not; one that stands changes nothing. */
export function order(world: World, id: DialectId, number: string): 'new' | 'known' {
  const { orders, queued } = memoryOf(world, id);
  const { startAt, history } = world.look(keyOf(id, number), 'OAK');
  if (orders.has(number)) return 'known';
  orders.add(number);
  for (const { step } of history) queued.add(`${number} ${startAt} ${step}`);
  queued.delete(`${number} ${startAt} ${history.at(-1)?.step}`);
  return 'new';
}
