import { EngineError } from '@envase/engines';
import { LaunchError } from './launch/lock-folder.ts';
import { type Stack, type StackOptions, startStack } from './launch/start-stack.ts';
import { watchStarters } from './launch/watch-starters.ts';

/** Says what is going on, with the seconds since the start. */
export function createReport(): (line: string) => void {
  const startedAt = performance.now();
  return (line) => {
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    say(`${seconds.padStart(6)} s  ${line}`);
  };
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/**
 * Runs a stack for as long as `use` takes, or until a signal; then stops it in order. The exit code is that of `use`, 0 after a
 * signal, 1 where the start fails. A second signal ends at once: the engines and programs notice and end too.
 */
export async function withStack(
  options: StackOptions,
  use: (stack: Stack, interrupted: AbortSignal) => Promise<number>,
): Promise<void> {
  const interrupted = listenToSignals(options.report);
  let code = 0;
  try {
    const stack = await startStack(options);
    try {
      if (!interrupted.aborted) code = await use(stack, interrupted);
    } finally {
      await stack.stop();
      options.report('Stopped');
    }
  } catch (error) {
    process.stderr.write(`\n${describe(error)}\n`);
    code = 1;
  }
  process.exit(code);
}

/** Resolves with the first signal. */
export async function untilInterrupted(interrupted: AbortSignal): Promise<number> {
  if (interrupted.aborted) return 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  interrupted.addEventListener('abort', () => resolve());
  await promise;
  return 0;
}

function listenToSignals(report: (line: string) => void): AbortSignal {
  const interruption = new AbortController();
  watchStarters(() => {
    report('The package manager that runs this is gone: stopping');
    interruption.abort();
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (interruption.signal.aborted) process.exit(1);
      report(`${signal}: stopping; once more ends at once`);
      interruption.abort();
    });
  return interruption.signal;
}

/** What a person can act on needs no stack trace. */
function describe(error: unknown): string {
  if (error instanceof LaunchError || error instanceof EngineError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
