import { type CadenceRule, cadenceOf } from '@envase/domain';
import type { CadenceRuleRepository } from './operator-list-documents.ts';
import { remember } from './remember.ts';

/** When boxes of a provider are traced, as it is set now. */
export type ReadCadence = (providerId: string) => Promise<readonly CadenceRule[]>;

const rememberMs = 2_000;

/** Reads operators' rules at most every 2 s, however many traces are planned: what is planned after that follows them. */
export function createReadCadence(deps: {
  cadenceRules: Pick<CadenceRuleRepository, 'list'>;
  /** Real milliseconds for which what was read is taken as it is, 2 s unless given. */
  forMs?: number;
}): ReadCadence {
  const { cadenceRules, forMs = rememberMs } = deps;
  const list = remember(() => cadenceRules.list(), { forMs });
  return async (providerId) => cadenceOf(providerId, await list());
}
