import type { PauseDoc, PauseRepository } from '@envase/db';
import { isStanding, type PauseKind } from '@envase/domain';
import { findProvider } from '@envase/providers';
import { AppError, type Clock } from '@envase/runtime';
import { z } from 'zod';
import { moment, parseOptions, refuse, sayProviders } from '../command-options.ts';

export interface PauseDeps {
  pauses: PauseRepository;
  clock: Pick<Clock, 'now'>;
}

export interface PauseTarget {
  kind: PauseKind;
  /** Of the provider or organization. */
  id: string;
}

export interface PauseOptions {
  until?: string | undefined;
  reason?: string | undefined;
}

const pauseOptions = z.object({
  until: moment.optional(),
  reason: z.string().trim().min(1, 'says something').max(300, 'at most 300 characters').optional(),
});
const otherwise = 'Nothing can be paused like this:';

/** `<kind>~<id>`. */
export function pauseIdOf({ kind, id }: PauseTarget): string {
  return `${kind}~${id}`;
}

/**
 * Has nobody asked for the traces of a provider or an organization; programs heed it within 2 s. Traces stay due, nothing ends. Again
 * takes the place of the pause before. Throws `invalid_request` naming what is wrong.
 */
export async function pause(
  { pauses, clock }: PauseDeps,
  target: PauseTarget,
  options: PauseOptions & { by: string },
): Promise<{ before: PauseDoc | null; after: PauseDoc }> {
  const { until = null, reason = null } = parseOptions(pauseOptions, options, otherwise);
  const { kind, id } = target;
  const now = clock.now();
  if (kind === 'provider' && !findProvider(id))
    refuse(otherwise, { path: '<id>', message: sayProviders(id) });
  if (until && until.getTime() <= now) refuse(otherwise, { path: '--until', message: 'is later than now' });
  const before = await findPause(pauses, target);
  const after = { _id: pauseIdOf(target), kind, id, reason, by: options.by, since: new Date(now), until };
  await pauses.put(after);
  return { before, after };
}

/** Takes a pause back: what is due goes on within 2 s, most valuable first. Throws `not_found` where there is none. */
export async function unpause(
  { pauses }: Pick<PauseDeps, 'pauses'>,
  target: PauseTarget,
): Promise<{ before: PauseDoc; after: null }> {
  const before = await findPause(pauses, target);
  if (!before || !(await pauses.remove(before._id)))
    throw new AppError('not_found', `The ${target.kind} ${target.id} is not paused`);
  return { before, after: null };
}

/** The pauses that stand now. */
export async function listPauses({ pauses, clock }: PauseDeps): Promise<PauseDoc[]> {
  const all = await pauses.list();
  return all.filter((one) => isStanding(one, clock.now()));
}

async function findPause(
  pauses: Pick<PauseRepository, 'list'>,
  target: PauseTarget,
): Promise<PauseDoc | null> {
  return (await pauses.list()).find(({ _id }) => _id === pauseIdOf(target)) ?? null;
}
