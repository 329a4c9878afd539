import { describe, expect, it } from 'vitest';
import { milestone, observe, railroad, terminal } from '../../test/observations.ts';
import { fold, type Observed, type Plan, type TraceFacts, type TraceState } from '../index.ts';
import { type PlanInput, plan } from './plan.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
// A Wednesday, 10:00 in Los Angeles: gates are open.
const now = Date.parse('2026-03-04T18:00:00Z');
const at = (ms: number) => new Date(now + ms).toISOString();

function stateOf(observed: Observed, facts: TraceFacts = terminal): TraceState {
  return fold(null, observed, { ...facts, now: at(-hour) }).state;
}

function planFor(state: TraceState | null, more: Partial<PlanInput> = {}): Plan {
  return plan({
    state,
    facts: terminal,
    now,
    speed: 1,
    // The middle of the spread: the interval itself.
    random: () => 0.5,
    failures: 0,
    notFoundCount: 0,
    createdAt: now - day,
    ...more,
  });
}

const chosen = (planned: Plan) => [planned.why.rule, (planned.nextTraceAt ?? 0) - now, planned.priority];

const there = { milestones: [milestone('discharged', at(-day))] };
const hold = { type: 'customs' as const, description: null, providerCode: null };
const appointment = (start: string) => ({ start: { at: start }, end: null, number: null });
const lfd = (date: string) => [{ source: 'terminal' as const, date }];

describe('the starting cadence (anchors 4.10)', () => {
  it.each<[string, Partial<Observed>, [string, number, number]]>([
    ['on vessel, 8 days off', { milestones: [milestone('eta', at(8 * day))] }, ['vessel-far', day, 3]],
    ['on vessel, 3 days off', { milestones: [milestone('eta', at(3 * day))] }, ['vessel-near', 6 * hour, 3]],
    ['on vessel, today', { milestones: [milestone('eta', at(5 * hour))] }, ['vessel-today', 2 * hour, 2]],
    ['on vessel, overdue', { milestones: [milestone('eta', at(-day))] }, ['vessel-today', 2 * hour, 2]],
    [
      'on vessel, held, far off',
      { milestones: [milestone('eta', at(8 * day))], holds: [hold] },
      ['vessel-far', day, 3],
    ],
    ['arrived', { milestones: [milestone('arrived', at(-hour))] }, ['arrived', hour, 2]],
    ['discharged, not ready', there, ['blocked', 30 * minute, 1]],
    ['held', { ...there, holds: [hold] }, ['blocked', 30 * minute, 1]],
    ['available', { ...there, available: true }, ['available', hour, 2]],
    [
      'available, last day tomorrow',
      { ...there, available: true, lastFreeDays: lfd('2026-03-05') },
      ['last-free-day-near', 20 * minute, 0],
    ],
    [
      'held, last day past',
      { ...there, holds: [hold], lastFreeDays: lfd('2026-03-01') },
      ['last-free-day-near', 20 * minute, 0],
    ],
    [
      'available, last day next week',
      { ...there, available: true, lastFreeDays: lfd('2026-03-12') },
      ['available', hour, 2],
    ],
    [
      'appointment in 3 hours',
      { ...there, appointment: appointment(at(3 * hour)) },
      ['appointment-soon', 10 * minute, 0],
    ],
    [
      'appointment tomorrow',
      { ...there, available: true, appointment: appointment(at(day)), lastFreeDays: lfd('2026-03-05') },
      ['available', hour, 2],
    ],
    ['outgated', { milestones: [milestone('outgated', at(-day))] }, ['left', 12 * hour, 3]],
    ['booked', {}, ['otherwise', 6 * hour, 3]],
  ])('%s', (_, observed, expected) => {
    expect(chosen(planFor(stateOf(observe(observed))))).toEqual(expected);
  });

  it('of a fee that stands is that of a hold', () => {
    const fees = [{ type: 'demurrage' as const, amount: '9.00', currency: 'USD', paidThrough: null }];
    expect(chosen(planFor(stateOf(observe({ ...there, available: true, fees }))))[0]).toBe('blocked');
  });

  it('is slower while the gates are closed, where the site’s zone is known', () => {
    const night = Date.parse('2026-03-05T08:00:00Z');
    const state = stateOf(observe({ ...there, holds: [hold] }));
    const planned = (zone: string | null, speed = 1) =>
      planFor(state, { now: night, createdAt: night, speed, facts: { ...terminal, zone } }).why.rule;
    expect(planned('America/Los_Angeles')).toBe('blocked-gate-closed');
    expect(planned('Asia/Manila')).toBe('blocked');
    expect(planned(null)).toBe('blocked');
    expect(planned('America/Los_Angeles', 60)).toBe('blocked');
  });

  it.each<[string, string, [string, number, number]]>([
    ['far', at(2 * day), ['on-train', 6 * hour, 3]],
    ['near', at(6 * hour), ['train-near', hour, 2]],
  ])('of a train that is %s', (_, eta, expected) => {
    const state = stateOf(
      observe({ milestones: [milestone('rail-departed'), milestone('eta', eta)] }),
      railroad,
    );
    expect(chosen(planFor(state, { facts: railroad }))).toEqual(expected);
  });

  it('of a box that is not found slows down', () => {
    const missing = stateOf({ ...observe(), found: false });
    const interval = (notFoundCount: number) => chosen(planFor(missing, { notFoundCount }))[1];
    expect([1, 4, 5, 8, 9, 16, 17, 40].map(interval)).toEqual([
      15 * minute,
      15 * minute,
      hour,
      hour,
      6 * hour,
      6 * hour,
      day,
      day,
    ]);
    expect(chosen(planFor(null))).toEqual(['not-found-first-hour', 15 * minute, 2]);
  });

  it('of a box that its source lost slows down too', () => {
    const state = stateOf(observe({ ...there, available: true }));
    expect(chosen(planFor(state, { notFoundCount: 4 }))[0]).toBe('available');
    expect(chosen(planFor(state, { notFoundCount: 5 }))).toEqual(['lost', 6 * hour, 3]);
  });

  it('of exports follows their own statuses', () => {
    const facts = { ...terminal, service: 'export' as const };
    const rule = (observed: Partial<Observed>) =>
      planFor(stateOf(observe(observed), facts), { facts }).why.rule;
    expect(rule({})).toBe('export-waiting');
    expect(rule({ available: true })).toBe('export-ready');
    expect(rule({ milestones: [milestone('ingated')] })).toBe('export-under-way');
  });
});

describe('the last free day', () => {
  it('is near by the calendar of the site, not by the hour', () => {
    const state = stateOf(observe({ ...there, available: true, lastFreeDays: lfd('2026-03-07') }));
    // Still the 4th in Los Angeles, already the 5th in New York.
    const late = Date.parse('2026-03-05T06:00:00Z');
    const rule = (zone: string) => planFor(state, { now: late, facts: { ...terminal, zone } }).why.rule;
    expect(rule('America/Los_Angeles')).toBe('available');
    expect(rule('America/New_York')).toBe('last-free-day-near');
  });
});

describe('a failing source', () => {
  const state = stateOf(observe({ ...there, available: true }));

  it('is asked again after 30 s, doubling to 30 min', () => {
    const wait = (failures: number) => chosen(planFor(state, { failures }))[1];
    expect([1, 2, 3, 6, 7, 8, 1000].map(wait)).toEqual(
      [30, 60, 120, 960, 1800, 1800, 1800].map((seconds) => seconds * 1000),
    );
  });

  it('names the rule that it beat', () => {
    const { why, priority } = planFor(state, { failures: 2 });
    expect(why.rule).toBe('failing');
    expect(why.losers[0]).toEqual({ rule: 'available', reason: '2 failures in a row' });
    expect(priority).toBe(2);
  });

  it('is not asked before it said', () => {
    expect(chosen(planFor(state, { failures: 1, retryAfterMs: 10 * minute, random: () => 0 }))[1]).toBe(
      10 * minute,
    );
    expect(chosen(planFor(state, { failures: 1, retryAfterMs: 10, random: () => 0.5 }))[1]).toBe(30_000);
  });

  it('lets nothing expire as not found', () => {
    const missing = stateOf({ ...observe(), found: false });
    const old = { createdAt: now - 20 * day, notFoundCount: 30 };
    expect(planFor(missing, { ...old, failures: 1 }).stopReason).toBeNull();
    expect(planFor(null, { ...old, failures: 1 }).stopReason).toBeNull();
    expect(planFor(missing, old).stopReason).toBe('not_found_expired');
  });
});

describe('the end of tracing', () => {
  it('comes after 14 days not found, counted by the clock’s speed', () => {
    const missing = stateOf({ ...observe(), found: false });
    const stopped = (createdAt: number, speed = 1) =>
      planFor(missing, { createdAt, speed, notFoundCount: 9 }).stopReason;
    expect(stopped(now - 13 * day)).toBeNull();
    expect(stopped(now - 14 * day)).toBe('not_found_expired');
    expect(stopped(now - day, 14)).toBe('not_found_expired');
    expect(
      planFor(missing, { createdAt: now - hour, notFoundCount: 1, notFoundExpiryMs: hour }),
    ).toMatchObject({
      nextTraceAt: null,
      stopReason: 'not_found_expired',
      why: { rule: 'not-found-expired', inputs: { ageMs: hour, limitMs: hour } },
    });
  });

  it('comes 14 days after a source lost a box', () => {
    const state = { ...stateOf(observe({ ...there, available: true })), observedAt: at(-14 * day) };
    expect(planFor(state, { notFoundCount: 30, createdAt: now - 20 * day }).stopReason).toBe(
      'not_found_expired',
    );
    expect(planFor(state, { notFoundCount: 0, createdAt: now - 20 * day }).stopReason).toBeNull();
  });

  it('comes 45 days after the box left, or after 180 days in all', () => {
    const left = (ms: number) => stateOf(observe({ milestones: [milestone('outgated', at(-ms))] }));
    const facts = { ...terminal, traceUntil: 'empty_returned' as const };
    expect(planFor(left(44 * day), { facts }).stopReason).toBeNull();
    expect(planFor(left(45 * day), { facts }).stopReason).toBe('max_age');
    const state = stateOf(observe(there));
    expect(planFor(state, { createdAt: now - 179 * day }).stopReason).toBeNull();
    expect(planFor(state, { createdAt: now - 180 * day }).stopReason).toBe('max_age');
    expect(planFor(state, { createdAt: now - 2 * day, maxAgeMs: day }).stopReason).toBe('max_age');
  });
});

describe('the end of a booking', () => {
  const facts = { ...terminal, service: 'booking' as const };
  const sailing = (ms: number) => stateOf(observe({ booking: { etd: at(ms) } }), facts);

  it('comes with the departure that a source tells', () => {
    const left = observe({ milestones: [milestone('departed', at(-hour))] });
    expect(fold(null, left, { ...facts, now: at(0) }).ended).toBe('departed');
  });

  it('comes 7 days after the vessel should have left, where nobody tells', () => {
    expect(planFor(sailing(-6 * day), { facts }).stopReason).toBeNull();
    expect(planFor(sailing(-7 * day), { facts })).toMatchObject({
      stopReason: 'max_age',
      why: { rule: 'max-age-after-etd' },
    });
    expect(planFor(sailing(-8 * day), { facts, resumedAt: now - day }).stopReason).toBeNull();
    expect(planFor(sailing(day), { facts }).stopReason).toBeNull();
  });
});

describe('why', () => {
  it('names the rules about the same box that lost, and the reason', () => {
    const { why } = planFor(stateOf(observe({ ...there, available: true, lastFreeDays: lfd('2026-03-12') })));
    expect(why).toEqual({
      rule: 'available',
      inputs: {
        status: 'available',
        service: 'availability',
        where: 'at_facility',
        leg: 'vessel',
        isAvailable: true,
        isGateOpen: true,
        lastFreeDayInDays: 8,
        intervalMs: hour,
        spread: 1,
        speed: 1,
        plannedAt: '2026-03-04T18:00:00.000Z',
      },
      losers: [
        { rule: 'appointment-soon', reason: 'no appointment' },
        { rule: 'last-free-day-near', reason: 'last free day in 8 d' },
        { rule: 'blocked', reason: 'not blocked' },
        { rule: 'blocked-gate-closed', reason: 'not blocked' },
        { rule: 'otherwise', reason: 'a rule before it applies' },
      ],
    });
  });

  it('stays small: it is stored with every trace', () => {
    const state = stateOf(observe({ ...there, available: true, lastFreeDays: lfd('2026-03-12') }));
    expect(JSON.stringify(planFor(state).why).length).toBeLessThan(800);
  });
});
