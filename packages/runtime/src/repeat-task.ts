export interface RepeatOptions {
  /** Milliseconds from one end to the next start. */
  everyMs: number;
  /** The same after a failure; as `everyMs` unless given. */
  retryMs?: number;
  task: () => Promise<unknown>;
  onError: (error: unknown) => void;
}

/** Runs `task` at once and again and again, never twice at a time. `stop` resolves when the last run has ended. */
export function repeatTask(options: RepeatOptions): { stop(): Promise<void> } {
  const { everyMs, retryMs = everyMs, task, onError } = options;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let running: Promise<void>;

  async function turn(): Promise<void> {
    let nextMs = everyMs;
    try {
      await task();
    } catch (error) {
      onError(error);
      nextMs = retryMs;
    }
    if (isStopped) return;
    timer = setTimeout(() => {
      running = turn();
    }, nextMs);
  }

  running = turn();
  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
