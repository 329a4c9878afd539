import type { CadenceRuleDoc, CadenceRuleRepository } from '@envase/db';
import { type CadenceRule, cadenceOf, defaultCadenceRules } from '@envase/domain';
import { findProvider } from '@envase/providers';
import { AppError, type Clock } from '@envase/runtime';
import { parseOptions, refuse, sayOneOf, sayProviders } from '../command-options.ts';
import { ruleOptions } from './rule-options.ts';

export interface RuleDeps {
  cadenceRules: CadenceRuleRepository;
}

export interface RuleTarget {
  /** Of the rule. */
  id: string;
  /** Whose boxes it is about; all providers' where there is none. */
  provider?: string | undefined;
}

/** As they were typed. */
export interface RuleOptions {
  every: string;
  when?: string;
  priority?: string;
}

const otherwise = 'No rule can be set like this:';
const ruleId = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/** `<provider or *>~<rule>`. */
export function ruleIdOf({ id, provider }: RuleTarget): string {
  return `${provider ?? '*'}~${id}`;
}

/**
 * Sets an operator's rule; what is planned from within 5 s follows it. One with the id of a starting rule takes its place, and what is
 * not given stays as it was there; one with a new id comes before all others. Throws `invalid_request` naming what is wrong.
 */
export async function setRule(
  { cadenceRules, clock }: RuleDeps & { clock: Pick<Clock, 'now'> },
  target: RuleTarget,
  { by, ...options }: RuleOptions & { by: string },
): Promise<{ before: CadenceRuleDoc | null; after: CadenceRuleDoc }> {
  const rule = readRule(target.id, options);
  checkProvider(target.provider);
  const _id = ruleIdOf(target);
  const before = (await cadenceRules.list()).find((one) => one._id === _id) ?? null;
  const after = { _id, providerId: target.provider ?? null, rule, by, since: new Date(clock.now()) };
  await cadenceRules.put(after);
  return { before, after };
}

/** Takes an operator's rule away; the starting rule of its id, if there is one, is back. Throws `not_found` where there is none. */
export async function removeRule(
  { cadenceRules }: RuleDeps,
  target: RuleTarget,
): Promise<{ before: CadenceRuleDoc; after: null }> {
  const _id = ruleIdOf(target);
  const all = await cadenceRules.list();
  const before = all.find((one) => one._id === _id);
  if (before && (await cadenceRules.remove(_id))) return { before, after: null };
  const whose = target.provider ? `for ${target.provider}` : 'for all providers';
  const others = all.length === 0 ? 'none is set' : `set are ${all.map((one) => one._id).join(', ')}`;
  throw new AppError('not_found', `No rule ${target.id} is set ${whose}: ${others}`);
}

/** An operator's rule for people. */
export function presentRule({ providerId, rule, by, since }: CadenceRuleDoc) {
  return { provider: providerId ?? 'all', ...rule, by, since };
}

/** What operators have set; of one provider the whole cadence in the order in which it is tried, first match wins. */
export async function listRules(
  { cadenceRules }: RuleDeps,
  { provider }: { provider?: string | undefined } = {},
): Promise<readonly object[]> {
  const all = await cadenceRules.list();
  if (provider === undefined) return all.map(presentRule);
  checkProvider(provider);
  return cadenceOf(provider, all);
}

function checkProvider(provider: string | undefined): void {
  if (provider === undefined || findProvider(provider)) return;
  refuse(otherwise, { path: '--provider', message: sayProviders(provider) });
}

function readRule(id: string, options: RuleOptions): CadenceRule {
  const { every: everyMs, when, priority } = parseOptions(ruleOptions, options, otherwise);
  const starting = defaultCadenceRules.find((one) => one.id === id);
  if (starting)
    return { ...starting, everyMs, ...(when && { when }), ...(priority !== undefined && { priority }) };
  const missing = [
    ...(ruleId.test(id) ? [] : [{ path: '<id>', message: 'is words of a to z and 0 to 9, joined by -' }]),
    ...(when ? [] : [{ path: '--when', message: sayWhenIsMissing(id) }]),
    ...(priority === undefined ? [{ path: '--priority', message: 'is needed for a new rule: 0 to 3' }] : []),
  ];
  if (!when || priority === undefined || missing.length > 0) return refuse(otherwise, ...missing);
  return { id, when, everyMs, priority };
}

/** A new rule comes before all others: without a condition it would be the only one. */
function sayWhenIsMissing(id: string): string {
  const known = defaultCadenceRules.map((one) => one.id);
  return `is needed for a new rule; a starting rule ${sayOneOf(known, id)}`;
}
