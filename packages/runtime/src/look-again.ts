import { asError } from './errors.ts';
import { createRateLimitedLog, type Logger } from './logger.ts';
import { repeatTask } from './repeat-task.ts';

const warnEveryMs = 60_000;

export interface Looking {
  /** Ends it; resolves when no look is under way. */
  stop(): Promise<void>;
}

/** Looks at once and then again `everyMs` after each look has ended. A look that fails is logged, and the next one comes. */
export function lookAgain(options: {
  everyMs: number;
  look: () => Promise<void>;
  /** What failed, for the log. */
  what: string;
  logger: Logger;
}): Looking {
  const { everyMs, look, what, logger } = options;
  const log = createRateLimitedLog(logger, warnEveryMs);
  return repeatTask({ everyMs, task: look, onError: (error) => log.warn({ err: asError(error) }, what) });
}
