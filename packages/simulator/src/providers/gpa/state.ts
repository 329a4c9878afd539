import { z } from 'zod';
import { parseBoxNumber } from '../../iso6346.ts';
import { boxState } from '../../journey/box-state.ts';
import type { World } from '../../world/world.ts';
import { readSettings } from '../provider.ts';
import { renderAnswer } from './render.ts';

export const providerId = 'gpa';

export const gpaSettings = z.strictObject({
  username: z.string().min(1).default('simulated-gpa-user'),
  password: z.string().min(1).default('simulated-gpa-password'),
  /** Simulated minutes from a request to its answer. */
  answerMinutes: z.number().nonnegative().default(20),
});

export const settingsOf = (world: World) => readSettings(world, providerId, gpaSettings);

interface Request {
  numbers: readonly string[];
  /** When its answer is written. */
  answeredAt: number;
}

const memories = new WeakMap<World, Map<string, Request>>();

function requestsOf(world: World): Map<string, Request> {
  const known = memories.get(world) ?? new Map<string, Request>();
  memories.set(world, known);
  return known;
}

const keyOf = (number: string) => ({ providerId, kind: 'terminal', number }) as const;

/** Takes a file of numbers, one per line; the first question about a box begins its journey. */
export function takeRequest(world: World, id: string, text: string): void {
  const lines = text.split(/\r?\n/).flatMap((line) => parseBoxNumber(line)?.full ?? []);
  const numbers = lines.slice(0, 100);
  for (const number of numbers) world.look(keyOf(number), 'GCT');
  const waitMs = (settingsOf(world).answerMinutes * 60_000) / world.speed;
  requestsOf(world).set(id, { numbers, answeredAt: world.now() + waitMs });
}

export function boxesOf(world: World, id: string): readonly string[] {
  return requestsOf(world).get(id)?.numbers ?? [];
}

/** The answer to a request as it was written, a row per box that is known; null while there is none. */
export function answerOf(
  world: World,
  id: string,
  change: (rows: readonly string[]) => readonly string[],
): string | null {
  const request = requestsOf(world).get(id);
  if (!request || request.answeredAt > world.now()) return null;
  const states = request.numbers.flatMap((number) => {
    const trip = world.tripOf(keyOf(number));
    const state = trip && boxState(trip, request.answeredAt);
    return state?.found ? [state] : [];
  });
  return renderAnswer(states, change);
}
