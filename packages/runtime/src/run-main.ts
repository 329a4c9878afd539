import { flushCompileCache } from 'node:module';
import { asError } from './errors.ts';
import { createLogger, type Logger } from './logger.ts';
import { createShutdown, type Shutdown } from './shutdown.ts';

export interface MainContext {
  logger: Logger;
  shutdown: Shutdown;
}

export interface MainOptions {
  program: string;
  level?: string;
  pretty?: boolean;
  graceMs?: number;
  /** Connects, wires and listens; adds a stop step for each thing it opened. */
  start: (context: MainContext) => Promise<void>;
}

/**
 * Runs a program: logger, ordered shutdown on signals, and exit code 1 after a failed start or an error nobody caught; what
 * had been opened is closed first.
 */
export async function runMain(options: MainOptions): Promise<void> {
  const { program, level, pretty, graceMs } = options;
  const logger = createLogger({ program, ...(level ? { level } : {}), ...(pretty ? { pretty } : {}) });
  const shutdown = createShutdown({ logger, ...(graceMs ? { graceMs } : {}) });
  shutdown.listen();
  const fail = async (error: unknown, message: string) => {
    logger.fatal({ err: asError(error) }, message);
    await shutdown.run(message);
    process.exit(1);
  };
  process.on('uncaughtException', (error) => fail(error, 'An error was not caught'));
  process.on('unhandledRejection', (error) => fail(error, 'A rejection was not handled'));
  try {
    await options.start({ logger, shutdown });
    // Where NODE_COMPILE_CACHE names a folder: a program that is killed leaves the next one as quick a start.
    flushCompileCache();
    logger.info('Started');
  } catch (error) {
    await fail(error, 'The program could not start');
  }
}
