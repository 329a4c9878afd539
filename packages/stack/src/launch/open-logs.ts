import { once } from 'node:events';
import { createWriteStream, mkdirSync, readFileSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';

export interface Logs {
  /** Appends to `logs/<name>.log` of the data folder. */
  open(name: string): WriteStream;
  /** The last lines, for the person who must find out why a program does not start. */
  tail(name: string): string;
  close(): Promise<void>;
}

const tailLines = 5;

/** One log file per program, in the data folder. */
export function openLogs(dataDir: string): Logs {
  const dir = join(dataDir, 'logs');
  mkdirSync(dir, { recursive: true });
  const pathOf = (name: string) => join(dir, `${name}.log`);
  const streams = new Map<string, WriteStream>();
  return {
    open(name) {
      const stream = streams.get(name) ?? createWriteStream(pathOf(name), { flags: 'a' });
      streams.set(name, stream);
      return stream;
    },
    tail: (name) => readFileSync(pathOf(name), 'utf8').trimEnd().split('\n').slice(-tailLines).join('\n'),
    async close() {
      await Promise.all(
        [...streams.values()].map(async (stream) => {
          const finished = once(stream, 'finish');
          stream.end();
          await finished;
        }),
      );
    },
  };
}
