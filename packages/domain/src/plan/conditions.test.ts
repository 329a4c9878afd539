import { describe, expect, it } from 'vitest';
import { milestone, observe, terminal } from '../../test/observations.ts';
import { type CadenceRule, cadenceOf, defaultCadenceRules, fold, overrideRules, plan } from '../index.ts';
import { judgeRule } from './conditions.ts';
import { readSituation } from './situation.ts';

const now = Date.parse('2026-03-04T18:00:00Z');
const { state } = fold(null, observe({ milestones: [milestone('discharged', '2026-03-03T00:00:00Z')] }), {
  ...terminal,
  now: '2026-03-04T17:00:00.000Z',
});
const context = { facts: terminal, now, speed: 1, notFoundCount: 0 };
const situation = readSituation(state, context);

/** A rule as an operator writes it: JSON. */
function operatorRule(json: string): CadenceRule {
  return JSON.parse(json) as CadenceRule;
}

describe('an operator’s rule', () => {
  it('applies when all its conditions hold', () => {
    const rule = operatorRule(
      '{"id":"mine","when":{"status":["discharged"],"isBlocked":true},"everyMs":60000,"priority":1}',
    );
    expect(judgeRule(rule, situation)).toEqual({ isInScope: true, reason: null });
    const planned = plan({
      ...context,
      state,
      random: () => 0.5,
      failures: 0,
      createdAt: now,
      rules: overrideRules([rule]),
    });
    expect(planned).toMatchObject({ nextTraceAt: now + 60_000, priority: 1, why: { rule: 'mine' } });
  });

  it.each([
    ['{"statuz":["discharged"]}', 'unknown condition statuz'],
    ['{"constructor":true}', 'unknown condition constructor'],
    ['{"__proto__":true}', 'unknown condition __proto__'],
    ['{"status":"discharged"}', 'is discharged'],
    ['{"where":["left"]}', 'is at_facility'],
    ['{"etaWithinMs":1}', 'no eta'],
    ['{"notFoundAtLeast":"many"}', 'not found 0 times'],
  ])('with the condition %s does not apply: %s', (when, reason) => {
    expect(
      judgeRule(operatorRule(`{"id":"x","when":${when},"everyMs":1,"priority":0}`), situation).reason,
    ).toBe(reason);
  });

  it('without a sensible interval does not apply', () => {
    expect(judgeRule(operatorRule('{"id":"x","when":{},"priority":0}'), situation).reason).toBe(
      'everyMs is not a number',
    );
  });

  it('takes the place of the rule with its id, or comes first', () => {
    const own: CadenceRule[] = [
      { id: 'available', when: {}, everyMs: 1, priority: 0 },
      { id: 'new', when: {}, everyMs: 1, priority: 0 },
    ];
    const rules = overrideRules(own);
    expect(rules).toHaveLength(defaultCadenceRules.length + 2);
    expect(rules[0]).toEqual({ ...own[1], isOwn: true });
    const place = defaultCadenceRules.findIndex(({ id }) => id === 'available');
    expect(rules[place + 1]).toEqual({ ...own[0], isOwn: true });
    expect(rules[place + 2]).toMatchObject({ id: 'available (default)', isReplaced: true });
  });

  it('wins in the explanation, and the rule in whose place it stands has lost', () => {
    const rule: CadenceRule = {
      id: 'blocked',
      when: { where: ['at_facility'] },
      everyMs: 7_000,
      priority: 1,
    };
    const planned = plan({
      ...context,
      state,
      random: () => 0.5,
      failures: 0,
      createdAt: now,
      rules: cadenceOf('apm', [{ providerId: null, rule }]),
    });
    expect(planned).toMatchObject({ nextTraceAt: now + 7_000, why: { inputs: { setBy: 'operator' } } });
    expect(planned.why.rule).toBe('blocked');
    const reason = 'an operator has set another in its place';
    expect(planned.why.losers).toContainEqual({ rule: 'blocked (default)', reason });
  });

  it('of a provider wins over one for all, and is nothing to others', () => {
    const rule = (everyMs: number): CadenceRule => ({ id: 'mine', when: {}, everyMs, priority: 2 });
    const own = [
      { providerId: null, rule: rule(1) },
      { providerId: 'apm', rule: rule(2) },
      { providerId: 'cn', rule: rule(3) },
    ];
    expect(cadenceOf('apm', own).filter(({ id }) => id === 'mine')).toMatchObject([{ everyMs: 2 }]);
    expect(cadenceOf('bnsf', own)[0]).toMatchObject({ id: 'mine', everyMs: 1 });
    expect(cadenceOf('bnsf', [])).toEqual(defaultCadenceRules);
  });

  it('is not missed: where no rule applies a trace still has a next time', () => {
    const planned = plan({ ...context, state, random: () => 0.5, failures: 0, createdAt: now, rules: [] });
    expect(planned).toMatchObject({ nextTraceAt: now + 6 * 3_600_000, why: { rule: 'fallback' } });
  });
});

describe('the starting rules', () => {
  it('have ids of their own, and are plain JSON', () => {
    expect(new Set(defaultCadenceRules.map(({ id }) => id)).size).toBe(defaultCadenceRules.length);
    expect(JSON.parse(JSON.stringify(defaultCadenceRules))).toEqual(defaultCadenceRules);
  });

  it('end with one that always applies', () => {
    expect(defaultCadenceRules.at(-1)?.when).toEqual({});
  });
});

describe('readSituation', () => {
  it('stretches distances by the clock’s speed, but counts free days by the calendar', () => {
    const { state: far } = fold(
      null,
      observe({
        milestones: [milestone('eta', '2026-03-04T19:00:00Z')],
        lastFreeDays: [{ source: 'line', date: '2026-03-06' }],
        appointment: { start: { at: '2026-03-04T17:30:00Z' }, end: null, number: null },
      }),
      { ...terminal, now: '2026-03-04T17:00:00.000Z' },
    );
    expect(readSituation(far, { ...context, speed: 60 })).toMatchObject({
      etaInMs: 60 * 3_600_000,
      appointmentInMs: -30 * 3_600_000,
      lastFreeDayInDays: 2,
    });
  });
});
