import { asError, createRateLimitedLog, type Logger } from '@envase/runtime';

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
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let running: Promise<void>;
  const round = async () => {
    try {
      await look();
    } catch (error) {
      log.warn({ err: asError(error) }, what);
    }
    if (!isStopped) timer = setTimeout(start, everyMs);
  };
  const start = () => {
    running = round();
  };
  start();
  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
