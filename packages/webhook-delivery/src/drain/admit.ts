import type { DeliveryDoc, WebhookDoc } from '@envase/db';
import type { DirectoryClient } from '@envase/http';
import { isGranted, nextLook, standingOf } from './standing.ts';
import type { Turn } from './turn.ts';

const noPlaceMs = 3_000;

/** Whether the hook may be sent to now. What may not is put off without using an attempt, or cancelled with its hook. */
export async function admit(
  hook: WebhookDoc,
  client: DirectoryClient | undefined,
  { turn, due, now }: { turn: Turn; due: readonly DeliveryDoc[]; now: Date },
): Promise<boolean> {
  const { webhookId, deps, health } = turn;
  const standing = standingOf(hook, client, { now: now.getTime(), health: health ?? hook.health });
  if (standing.kind === 'ready' || standing.kind === 'probe') {
    return turn.hook !== null || takePlace(hook, turn);
  }
  if (standing.kind === 'gone') await deps.deliveries.cancelOpen(webhookId);
  else if (due.length > 0) {
    const until = standing.kind === 'paused' ? standing.until : nextLook(due, now.getTime());
    await deps.deliveries.postpone(webhookId, until, now);
  }
  return false;
}

/** The hook's client; where it would hold something back, as it is this moment (quality S2). */
export async function findClient(
  { clientId }: WebhookDoc,
  due: readonly DeliveryDoc[],
  { deps: { directory } }: Turn,
): Promise<DirectoryClient | undefined> {
  const client = directory.find(clientId);
  const isSure = client?.status === 'active' && due.every((delivery) => isGranted(client, delivery));
  if (isSure && directory.isFresh()) return client;
  await directory.refresh();
  return directory.find(clientId);
}

/** Puts off what the client may not hear any more, and answers with the rest. */
export async function deferUngranted(
  due: readonly DeliveryDoc[],
  client: DirectoryClient | undefined,
  { deps }: Turn,
): Promise<readonly DeliveryDoc[]> {
  const held = due.filter((delivery) => !isGranted(client, delivery));
  if (held.length === 0) return due;
  const ids = held.map(({ _id }) => _id);
  await deps.deliveries.defer(ids, nextLook(held, deps.clock.now()));
  return due.filter((delivery) => isGranted(client, delivery));
}

/** Hooks that failed last share a part of the places: one that finds none free comes again a little later. */
async function takePlace(hook: WebhookDoc, turn: Turn): Promise<boolean> {
  if (hook.health.consecutiveFailures === 0) return true;
  const { failing, deliveries, clock, random } = turn.deps;
  turn.hasPlace = failing.take();
  if (turn.hasPlace) return true;
  const now = clock.now();
  const until = new Date(now + noPlaceMs * (1 + random()));
  await deliveries.postpone(turn.webhookId, until, new Date(now));
  return false;
}
