import { AppError, ConfigError } from '@envase/runtime';
import { LaunchError } from '../launch/lock-folder.ts';
import { type Env, type Operator, openOperator } from './open-operator.ts';
import { print } from './print.ts';

/**
 * Runs the work of one command and prints its result, after what it showed on the way; a refusal goes to standard error with exit
 * code 1.
 */
export type Run = (
  work: (operator: Operator, show: (part: object) => void) => Promise<object>,
) => Promise<void>;

/** `globals` are read when a command runs: before that they are not parsed. */
export function createRun(globals: () => { data?: string; json: boolean }, env: Env): Run {
  return async (work) => {
    const { data, json } = globals();
    try {
      const show = (part: object) => print(part, json);
      show(await work(openOperator(data, env), show));
    } catch (error) {
      process.stderr.write(`${describe(error)}\n`);
      process.exitCode = 1;
    }
  };
}

/** What an operator can mend needs no stack trace. */
function describe(error: unknown): string {
  if (error instanceof AppError) {
    const details = (error.details ?? []).map(({ path, message }) => `\n  ${path} ${message}`);
    return `${error.message}${details.join('')}`;
  }
  if (error instanceof ConfigError || error instanceof LaunchError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
