import type { OwnRule, PauseKind } from '@envase/domain';

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

/** An operator's rule of when boxes are traced. */
export interface CadenceRuleDoc extends OwnRule {
  /** `<providerId or *>~<rule id>`. */
  _id: string;
  by: string;
  since: Date;
}

/** A short list that operators keep: programs read all of it. */
export interface OperatorList<T extends { _id: string }> {
  /** By `_id`. */
  list(): Promise<T[]>;
  /** In place of an earlier one of the same `_id`. */
  put(one: T): Promise<void>;
  /** False when there is none. */
  remove(id: string): Promise<boolean>;
}

export type PauseRepository = OperatorList<PauseDoc>;
export type CadenceRuleRepository = OperatorList<CadenceRuleDoc>;
