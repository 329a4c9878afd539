/** A program of the stack, wherever it runs. */
export interface RunningProgram {
  name: string;
  /** The process it runs in now; another one after a restart. */
  pid(): number;
  stop(): Promise<void>;
}
