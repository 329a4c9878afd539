import { type DestinationStream, type Logger, pino } from 'pino';
import { formatPretty } from './pretty.ts';
import { redactLine } from './redact.ts';

export type { Logger } from 'pino';

export interface LoggerOptions {
  /** The name every line carries as `program`. */
  program: string;
  /** pino's levels; `info` unless given. */
  level?: string;
  /** Where lines go; standard output unless given. */
  destination?: DestinationStream;
  /** Lines for people instead of JSON. */
  pretty?: boolean;
}

/** A pino logger whose every line is redacted just before it is written: bindings, fields, messages and stacks alike (quality S5). */
export function createLogger(options: LoggerOptions): Logger {
  const { program, level = 'info', destination = process.stdout, pretty = false } = options;
  return pino(
    {
      level,
      base: { program },
      hooks: { streamWrite: (line) => (pretty ? formatPretty(redactLine(line)) : redactLine(line)) },
    },
    destination,
  );
}

/** Logs each distinct message at most once per `everyMs`; the next line tells how many were left out as `suppressed`. */
export interface RateLimitedLog {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

// Messages are constants; a caller that builds them from data must not fill the memory.
const MAX_MESSAGES = 1_000;

/** For events that may fire thousands of times a second, such as a lost connection. */
export function createRateLimitedLog(
  logger: Logger,
  everyMs: number,
  options: { now?: () => number } = {},
): RateLimitedLog {
  const now = options.now ?? Date.now;
  const seen = new Map<string, { nextAt: number; suppressed: number }>();
  const log = (level: 'warn' | 'error') => (fields: object, message: string) => {
    const entry = seen.get(message);
    if (entry && now() < entry.nextAt) {
      entry.suppressed += 1;
      return;
    }
    if (seen.size >= MAX_MESSAGES) seen.clear();
    seen.set(message, { nextAt: now() + everyMs, suppressed: 0 });
    logger[level](entry?.suppressed ? { ...fields, suppressed: entry.suppressed } : fields, message);
  };
  return { warn: log('warn'), error: log('error') };
}
