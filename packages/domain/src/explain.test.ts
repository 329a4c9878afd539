import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyFacts, milestone, observations, observe, terminal } from '../test/observations.ts';
import { type ExplainContext, type ExplainedTrace, explain } from './explain.ts';
import { fold } from './fold/fold.ts';
import { listPaused, nobodyPaused } from './pause.ts';
import { plan } from './plan/plan.ts';

const now = new Date('2026-03-04T18:00:00Z');
const after = (seconds: number) => new Date(now.getTime() + seconds * 1_000);
const published = { rule: 'published', inputs: { eventId: 'e1' }, losers: [] };

const trace = (changes: Partial<ExplainedTrace> = {}): ExplainedTrace => ({
  orgId: 'org',
  via: 'apm',
  tracing: true,
  nextTraceAt: after(3_600),
  why: { rule: 'available', inputs: { intervalMs: 3_600_000 }, losers: [] },
  lastWhy: published,
  queuedUntil: null,
  forcedAt: null,
  ...changes,
});

const explained = (changes: Partial<ExplainedTrace> = {}, context: Partial<ExplainContext> = {}) =>
  explain(trace(changes), {
    now,
    lastAt: after(-60),
    breaker: null,
    paused: nobodyPaused,
    workflow: 'real_time',
    minForceMs: 30_000,
    ...context,
  });

describe('explain', () => {
  it('tells the last run and the next one', () => {
    expect(explained()).toEqual({
      last: { at: after(-60).toISOString(), why: published },
      next: {
        at: after(3_600).toISOString(),
        rule: 'available',
        inputs: { intervalMs: 3_600_000 },
        losers: [],
      },
      blockedBy: [],
      sooner: ['A refresh, or publishing the box again, runs it at once'],
    });
  });

  it('has no last run before the first, and no next one after the end', () => {
    expect(explained({ lastWhy: null }, { lastAt: null }).last).toBeNull();
    const ended = explained({ tracing: false, nextTraceAt: null });
    expect(ended).toMatchObject({ next: null, blockedBy: [], sooner: [expect.stringContaining('Resume')] });
    expect(ended.last).not.toBeNull();
  });

  it('tells what the next run waits for', () => {
    const open = { state: 'open', until: after(90), failures: 6 } as const;
    const blocked = explained(
      { awaiting: { lookAt: after(600) }, nextTraceAt: after(-1), queuedUntil: after(10) },
      { breaker: open },
    );
    expect(blocked.blockedBy).toEqual([
      { what: 'provider_down', until: after(90).toISOString() },
      { what: 'provider_answers_later', until: after(600).toISOString() },
      { what: 'run_under_way', until: after(10).toISOString() },
    ]);
    const over = explained(
      { awaiting: { lookAt: after(-1) }, queuedUntil: after(-1) },
      { breaker: { ...open, until: after(-1) } },
    );
    expect(over.blockedBy).toEqual([]);
  });

  it('tells who is paused and until when, where that is known, and promises no refresh', () => {
    const provider = { kind: 'provider', id: 'apm', until: after(60) } as const;
    const organization = { kind: 'organization', id: 'org', until: null } as const;
    const both = explained({}, { paused: listPaused([provider, organization], now.getTime()) });
    expect(both.blockedBy).toEqual([
      { what: 'provider_paused', until: after(60).toISOString() },
      { what: 'organization_paused', until: null },
    ]);
    expect(both.sooner).toEqual([expect.stringContaining('pause')]);
    const other = explained({ via: 'bnsf', orgId: 'other' }, { paused: listPaused([provider], 0) });
    expect(other.blockedBy).toEqual([]);
  });

  it('names the end of the floor that a refresh waits for', () => {
    const sooner = (changes: Partial<ExplainedTrace>) => explained(changes).sooner[0];
    expect(sooner({ forcedAt: after(-10) })).toContain(after(20).toISOString());
    expect(sooner({ forcedAt: after(5) })).toContain(after(5).toISOString());
    expect(sooner({ forcedAt: after(-30) })).toContain('at once');
  });

  it('promises no refresh where the provider answers later or the run is due', () => {
    expect(explained({}, { workflow: 'publish_notify' }).sooner).toEqual([]);
    expect(explained({ nextTraceAt: now }).sooner).toEqual([]);
  });

  it('names the faster rules that lost, and why', () => {
    const observed = observe({
      available: true,
      milestones: [milestone('discharged', after(-3_600).toISOString())],
    });
    const { state } = fold(null, observed, { ...terminal, now: now.toISOString() });
    const { why } = plan({
      state,
      facts: terminal,
      now: now.getTime(),
      speed: 1,
      random: () => 0.5,
      failures: 0,
      notFoundCount: 0,
      createdAt: now.getTime(),
    });
    const { sooner } = explained({ why });
    expect(sooner).toContain('"last-free-day-near" traces every 20 min, but: no last free day');
    expect(sooner.join()).not.toContain('vessel-far');
  });

  it('explains any plan in plain JSON, naming only its own losers', () => {
    fc.assert(
      fc.property(observations, anyFacts, (observed, facts) => {
        const { state } = fold(null, observed, { ...facts, now: now.toISOString() });
        const at = now.getTime();
        const context = { speed: 1, random: () => 0.5, failures: 0, notFoundCount: 0, createdAt: at };
        const { why, nextTraceAt } = plan({ state, facts, now: at, ...context });
        const told = explained({ why, nextTraceAt: nextTraceAt === null ? null : new Date(nextTraceAt) });
        expect(JSON.parse(JSON.stringify(told))).toEqual(told);
        expect(told.sooner.length).toBeLessThanOrEqual(why.losers.length + 1);
      }),
    );
  });
});
