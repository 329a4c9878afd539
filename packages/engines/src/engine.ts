/** Takes one line of progress for a person to read. */
export type Report = (line: string) => void;

/** One server, started by us or given by its address. */
export interface RunningEngine {
  /** Address for clients; a MongoDB address names no database. */
  readonly uri: string;
  /** For people, e.g. `Redis 7.0.15` or `SecantusDB 0.7.0b3 (stand-in)`. */
  readonly name: string;
  /** Absent for a server given by its address. */
  readonly pid?: number;
  readonly port?: number;
  /** Ends the server in its own good order; removes its data unless `dataDir` was given. */
  stop(): Promise<void>;
  /** SIGKILL: the data stays until `stop`. Throws `EngineError` for a server given by its address. */
  kill(): Promise<void>;
}

/** An engine cannot be started; the message says what is missing and how to get it. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
}

/** An engine someone else runs: never stopped, never killed. */
export function givenEngine(uri: string, name: string): RunningEngine {
  return {
    uri,
    name,
    stop: async () => undefined,
    kill: () => Promise.reject(new EngineError(`${name} is not ours to kill`)),
  };
}
