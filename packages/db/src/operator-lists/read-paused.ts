import { listPaused, type Paused } from '@envase/domain';
import type { Clock } from '@envase/runtime';
import type { PauseRepository } from './operator-list-documents.ts';
import { remember } from './remember.ts';

/** Whom operators have paused now. */
export type ReadPaused = () => Promise<Paused>;

const rememberMs = 1_000;

/** Reads the pauses at most once a second, however many traces ask: a program heeds a change within that. */
export function createReadPaused(deps: {
  pauses: Pick<PauseRepository, 'list'>;
  clock: Pick<Clock, 'now'>;
  /** Real milliseconds for which what was read is taken as it is, 1 s unless given. */
  forMs?: number;
}): ReadPaused {
  const { pauses, clock, forMs = rememberMs } = deps;
  const list = remember(() => pauses.list(), { forMs });
  return async () => listPaused(await list(), clock.now());
}
