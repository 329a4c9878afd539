import { spawn } from 'node:child_process';

// Reads the pipe to us. A line means "all is well, leave"; its end means that we died, however we died.
const WATCH = `
if read -r _; then exit 0; fi
if [ -n "$2" ]; then kill -KILL "$1"; rm -rf "$2"; exit 0; fi
kill -TERM "$1" 2>/dev/null
tries=0
while kill -0 "$1" 2>/dev/null && [ "$tries" -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
kill -KILL "$1" 2>/dev/null
exit 0
`;

export interface GuardOptions {
  pid: number;
  /** What the child keeps here is worth nothing: when we die without a stop, it is killed and this removed. */
  removeDir?: string | undefined;
}

/**
 * Sees to it that the child does not outlive this process, even a killed one. Returns the release, to be called
 * once the child has ended.
 */
export function guardChild({ pid, removeDir }: GuardOptions): () => void {
  const watcher = spawn('/bin/sh', ['-c', WATCH, 'envase-guard', String(pid), removeDir ?? ''], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.unref();
  // A watcher that is gone has nothing to be told.
  watcher.stdin?.on('error', () => watcher.stdin?.destroy());
  return () => {
    if (watcher.stdin?.writable) watcher.stdin.end('released\n');
  };
}
