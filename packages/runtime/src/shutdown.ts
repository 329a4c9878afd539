import { asError } from './errors.ts';
import type { Logger } from './logger.ts';

/** The order of stopping: stop accepting → finish requests and jobs → close queues → close MongoDB and Redis. */
export type StopStage = 'accept' | 'finish' | 'queues' | 'stores';
const STAGES: readonly StopStage[] = ['accept', 'finish', 'queues', 'stores'];

export interface Shutdown {
  /** Adds a step, to `finish` unless told. Stages go in order; inside one, what was added last stops first. */
  add(name: string, step: () => Promise<void> | void, stage?: StopStage): void;
  /** Runs every step once, a failing one does not keep the next from running; resolves with the exit code. */
  run(reason: string): Promise<number>;
  /** True from the moment a stop began: `/health/ready` answers 503 first. */
  isStopping(): boolean;
  /** Stops the process on SIGTERM and SIGINT; a second signal exits at once. */
  listen(): void;
}

interface Step {
  name: string;
  step: () => Promise<void> | void;
  stage: StopStage;
}

/** Ordered shutdown: each step is timed and logged; after `graceMs` (30 s) the rest is given up and the code is 1. */
export function createShutdown(options: { logger: Logger; graceMs?: number }): Shutdown {
  const { logger, graceMs = 30_000 } = options;
  const steps: Step[] = [];
  let isStopping = false;
  let running: Promise<number> | undefined;
  const shutdown: Shutdown = {
    add(name, step, stage = 'finish') {
      steps.unshift({ name, step, stage });
    },
    run(reason) {
      // Before the first step runs, and that is before `running` has its value.
      isStopping = true;
      running ??= stopWithin({ logger, graceMs, reason, steps: inOrder(steps) });
      return running;
    },
    isStopping: () => isStopping,
    listen() {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) {
        process.on(signal, () => {
          if (running) exitAtOnce(logger, signal);
          else void shutdown.run(signal).then((code) => process.exit(code));
        });
      }
    },
  };
  return shutdown;
}

function exitAtOnce(logger: Logger, signal: string): never {
  logger.fatal({ signal }, 'A second signal came: exiting at once');
  process.exit(1);
}

function inOrder(steps: readonly Step[]): Step[] {
  return STAGES.flatMap((stage) => steps.filter((step) => step.stage === stage));
}

async function stopWithin(options: {
  logger: Logger;
  graceMs: number;
  reason: string;
  steps: Step[];
}): Promise<number> {
  const { logger, graceMs, reason, steps } = options;
  logger.info({ reason, steps: steps.map((step) => step.name) }, 'Stopping');
  const started = performance.now();
  const state = { current: '', isOver: false };
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<number>((resolve) => {
    timer = setTimeout(() => {
      logger.error({ graceMs, step: state.current }, 'The stop took too long: giving up the rest');
      resolve(1);
    }, graceMs);
  });
  const code = await Promise.race([runSteps({ logger, steps, state }), limit]);
  state.isOver = true;
  clearTimeout(timer);
  logger.info({ reason, code, ms: elapsed(started) }, 'Stopped');
  return code;
}

async function runSteps(options: {
  logger: Logger;
  steps: readonly Step[];
  state: { current: string; isOver: boolean };
}): Promise<number> {
  const { logger, steps, state } = options;
  let code = 0;
  for (const { name, step } of steps) {
    if (state.isOver) return 1;
    state.current = name;
    const started = performance.now();
    try {
      await step();
      logger.info({ step: name, ms: elapsed(started) }, 'Stop step done');
    } catch (error) {
      code = 1;
      logger.error({ step: name, ms: elapsed(started), err: asError(error) }, 'Stop step failed');
    }
  }
  return code;
}

function elapsed(started: number): number {
  return Math.round(performance.now() - started);
}
