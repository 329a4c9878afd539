/** What a failpoint does: dies as by `kill -9`, throws a FailpointError, or runs a function of the test. */
export type FailpointAction = 'kill' | 'throw' | ((name: string) => void | Promise<void>);

/** Thrown by the action `throw`. */
export class FailpointError extends Error {
  readonly failpoint: string;

  constructor(failpoint: string) {
    super(`Failpoint ${failpoint} was hit`);
    this.name = 'FailpointError';
    this.failpoint = failpoint;
  }
}

interface Armed {
  action: FailpointAction;
  passes: number;
}

const armed = new Map<string, Armed>();

/** A named crash point (quality R1: C0–C20). Costs one comparison while none is set. */
export function failpoint(name: string): void | Promise<void> {
  if (armed.size === 0) return;
  return hit(name);
}

function hit(name: string): void | Promise<void> {
  const entry = armed.get(name);
  if (!entry) return;
  if (entry.passes > 0) {
    entry.passes -= 1;
    return;
  }
  if (entry.action === 'throw') throw new FailpointError(name);
  if (entry.action !== 'kill') return entry.action(name);
  process.kill(process.pid, 'SIGKILL');
  // The signal takes a moment; nothing after the crash point may run.
  return new Promise(() => undefined);
}

/** Arms a failpoint until it is cleared; the first `after` hits pass (0 unless given). */
export function setFailpoint(name: string, action: FailpointAction, options: { after?: number } = {}): void {
  armed.set(name, { action, passes: options.after ?? 0 });
}

/** Disarms every failpoint. */
export function clearFailpoints(): void {
  armed.clear();
}

/** Arms by a text such as `C2:kill,C9:throw,C4:kill@3` (`@3`: three hits pass first). Throws RangeError for anything else. */
export function armFailpoints(text: string): void {
  for (const entry of text.split(',').map((part) => part.trim())) {
    if (entry === '') continue;
    const match = /^([\w.-]+):(kill|throw)(?:@(\d+))?$/.exec(entry);
    if (!match?.[1]) throw new RangeError(`A failpoint is written name:kill or name:throw, not ${entry}`);
    setFailpoint(match[1], match[2] === 'kill' ? 'kill' : 'throw', { after: Number(match[3] ?? 0) });
  }
}
