import type { Repositories } from '@envase/db';
import type { FatalPoint, Victim } from './schedule.ts';

/** A running platform that a schedule may harm, in this process or as one process per program. */
export interface Platform {
  client: { id: string; secret: string; orgId: string };
  connectDataUrl: string;
  identityUrl: string;
  repositories: Repositories;
  nextBox(): string;
  /** Ends a program without a word; it comes back by itself. */
  kill(program: Victim): void;
  /** The program that comes to this point next dies there and comes back. Kills at once where points cannot be reached. */
  doom(point: FatalPoint): void;
  /** Where programs died so far. */
  struck: readonly string[];
  /** Redis forgets everything. */
  flush(): Promise<void>;
  /** So far: ends of the delivery, and flushes. Each may cost repeats of what was in flight. */
  faults(): { deliveryEnds: number; flushes: number };
  /** Resolves when all programs run again. */
  calm(): Promise<void>;
  /** The last warnings of its programs. */
  lines(): readonly string[];
  stop(): Promise<void>;
}
