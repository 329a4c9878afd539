import type { PauseKind } from '@envase/domain';

/** An operator's will that nobody is asked. */
export interface PauseDoc {
  /** `<kind>~<id>`. */
  _id: string;
  kind: PauseKind;
  /** Of the provider or organization. */
  id: string;
  /** In the operator's words. */
  reason: string | null;
  by: string;
  since: Date;
  /** When it ends by itself; null: when it is taken back. */
  until: Date | null;
}

/** Few: a program reads them all. */
export interface PauseRepository {
  list(): Promise<PauseDoc[]>;
  /** In place of an earlier one of the same `_id`. */
  put(pause: PauseDoc): Promise<void>;
  /** False when there is none. */
  remove(id: string): Promise<boolean>;
}
