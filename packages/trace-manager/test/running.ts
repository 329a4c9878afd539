import { createLogger, createShutdown, loadConfig } from '@envase/runtime';
import { traceManagerConfig } from '../src/config.ts';
import { startTraceManager } from '../src/start.ts';

/** The whole program in this process, as its `main.ts` starts it. */
export async function runManager(variables: Record<string, string>) {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ program: 'trace-manager', level: 'info', destination });
  const shutdown = createShutdown({ logger });
  const config = loadConfig(traceManagerConfig, { ADMIN_PORT: '0', ...variables });
  await startTraceManager(config, { logger, shutdown });
  return { lines, stop: () => shutdown.run('test ends') };
}
