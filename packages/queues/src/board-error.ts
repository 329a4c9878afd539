import { asError, redactText } from '@envase/runtime';
import { RateLimitError, UnrecoverableError, WaitingError } from 'bullmq';

const MAX_MESSAGE = 300;

/**
 * What Redis and the board may keep of a failure: the message redacted and cut to 300 characters, and the stack's
 * places without its text. A driver's error may quote the document it refused; the whole error belongs in the log.
 */
export function toBoardError(thrown: unknown): Error {
  if (thrown instanceof RateLimitError || thrown instanceof WaitingError) return thrown;
  const error = asError(thrown);
  const message = redactText(error.message).slice(0, MAX_MESSAGE);
  const shown = error instanceof UnrecoverableError ? new UnrecoverableError(message) : new Error(message);
  shown.name = error.name;
  const places = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  shown.stack = [`${shown.name}: ${message}`, ...places].join('\n');
  return shown;
}
