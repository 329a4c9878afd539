import { forWork, isSet } from '../concerns.ts';
import type { Deliveries } from './stored-delivery.ts';

const PAGE = 500;

/**
 * Hooks that have something due, those that wait longest first. A look reads at most 500 entries of an index that holds all it
 * needs; the next one leaves out the hooks seen, so a hook with a large backlog costs one look, not its backlog.
 */
export async function findHooksWithDue(
  deliveries: Deliveries,
  { now, limit }: { now: Date; limit: number },
): Promise<{ webhookId: string }[]> {
  const seen = new Set<string>();
  for (;;) {
    const found = await look(deliveries, { now, seen });
    for (const webhookId of found) seen.add(webhookId);
    if (found.length < PAGE || seen.size >= limit) break;
  }
  return [...seen].slice(0, limit).map((webhookId) => ({ webhookId }));
}

async function look(
  deliveries: Deliveries,
  { now, seen }: { now: Date; seen: Set<string> },
): Promise<string[]> {
  const due = { dueAt: { ...isSet, $lte: now } };
  const options = { projection: { _id: 0, webhookId: 1 }, limit: PAGE, ...forWork } as const;
  // Only the first look is in order of time: leaving hooks out, the index by hook gets there without reading theirs.
  const cursor =
    seen.size === 0
      ? deliveries.find(due, { ...options, sort: { dueAt: 1 } })
      : deliveries.find({ ...due, webhookId: { $nin: [...seen] } }, options);
  const found = await cursor.toArray();
  return found.map(({ webhookId }) => webhookId);
}
