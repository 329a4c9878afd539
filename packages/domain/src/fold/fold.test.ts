import { describe, expect, it } from 'vitest';
import { milestone, observe } from '../../test/observations.ts';
import { customs, days, eventOf, fieldsOf, last, tell } from '../../test/stories.ts';
import { notFound, type Observed } from '../index.ts';

describe('what a source does not say', () => {
  it('stays as it was known; what it says is none is gone', () => {
    const full = observe({
      description: '40HQ',
      length: '40',
      loaded: 'laden',
      billOfLading: 'SYNT0001',
      holds: [customs],
      fees: [{ type: 'demurrage', amount: '125.00', currency: 'USD', paidThrough: null }],
      lastFreeDays: [{ source: 'line', date: '2026-03-10' }],
      appointment: { start: { at: days(9) }, end: { at: days(10) }, number: null },
      destination: { type: 'terminal', siteId: 'urn:site', name: 'Pier A' },
      milestones: [milestone('discharged', days(1))],
    });
    const [first, silent] = tell([full, observe()]);
    expect(silent?.changes).toEqual([]);
    expect(silent?.state).toEqual(first?.state);
    const none = last([full, observe({ holds: [], fees: [], appointment: null })]);
    expect(new Set(fieldsOf(none))).toEqual(
      new Set(['status', 'fees', 'events.hold.customs', 'appointment', 'events.released']),
    );
  });

  it('does not make a box released: only a source that reports no holds does', () => {
    const there = observe({ milestones: [milestone('discharged', days(1))] });
    expect(eventOf(last([there]), 'released')).toBeUndefined();
    expect(eventOf(last([there, observe({ holds: [] })]), 'released')).toBeDefined();
    expect(eventOf(last([observe({ holds: [] }), there]), 'released')).toBeDefined();
    expect(eventOf(last([observe({ holds: [] })]), 'released')).toBeUndefined();
    expect(eventOf(last([there, observe({ holds: [customs] }), observe()]), 'released')).toBeUndefined();
  });

  it('stays of a carrier and a place only while they are the same', () => {
    const carrier = {
      type: 'vessel' as const,
      steamshipLine: 'MAEU',
      vessel: 'EXAMPLE TRADER',
      voyage: '012W',
    };
    const nothing = { steamshipLine: null, vessel: null, voyage: null };
    const pier = { type: 'terminal' as const, siteId: 'urn:a', name: 'Pier A' };
    const merged = (more: Partial<Observed>) =>
      last([observe({ carrier, destination: pier }), observe(more)]).state;
    expect(merged({ carrier: { ...carrier, ...nothing } }).carrier).toEqual(carrier);
    expect(merged({ carrier: { ...carrier, ...nothing, vessel: 'EXAMPLE ISLE' } }).carrier).toEqual({
      ...carrier,
      vessel: 'EXAMPLE ISLE',
      voyage: null,
    });
    expect(merged({ carrier: { type: 'truck', ...nothing } }).carrier).toEqual({ type: 'truck', ...nothing });
    expect(merged({ destination: { ...pier, siteId: null } }).destination).toEqual(pier);
    const other = { ...pier, siteId: null, name: 'Pier B' };
    expect(merged({ destination: other }).destination).toEqual(other);
  });

  it('marks a box stale that the source no longer finds, and fresh again when it does', () => {
    const [, lost, found] = tell([
      observe({ milestones: [milestone('discharged', days(1))] }),
      notFound(days(3)),
      observe({ observedAt: days(4) }),
    ]);
    expect(lost).toMatchObject({ changes: [], state: { status: 'discharged', stale: true } });
    expect(lost?.state.observedAt).toBe('2026-03-02T12:00:00.000Z');
    expect(found).toMatchObject({ changes: [], state: { stale: false, observedAt: days(4) } });
  });
});

describe('events', () => {
  it('keep the date of their first recording when their content changes', () => {
    const [first, second] = tell([
      observe({ milestones: [milestone('eta', days(9))] }),
      observe({ milestones: [milestone('eta', days(10))] }),
    ]);
    expect(eventOf(first, 'eta')?.eventDate).toBe(days(2));
    expect(eventOf(second, 'eta')).toMatchObject({
      eventDate: days(2),
      date: days(2),
      data: { eta: days(10) },
    });
    expect(second?.changes).toEqual([
      { field: 'events.eta', previous: { eta: days(9) }, current: { eta: days(10) } },
    ]);
  });

  it('begin anew when they had gone: a hold that is set again has a new date', () => {
    const results = tell([
      observe({ holds: [customs] }),
      observe({ holds: [] }),
      observe({ holds: [customs] }),
    ]);
    expect(results.map((one) => eventOf(one, 'hold')?.eventDate)).toEqual([days(2), undefined, days(4)]);
    expect(results[1]?.changes).toContainEqual({
      field: 'events.hold.customs',
      previous: { type: 'customs', hold: true, description: 'EXAM', since: days(2) },
      current: null,
    });
  });

  it('are one per standing hold; a reworded one is the same', () => {
    const tmf = { type: 'terminal' as const, description: 'TMF', providerCode: 'TM' };
    const results = tell([
      observe({ holds: [customs, tmf, customs] }),
      observe({ holds: [tmf, { ...customs, description: 'EXAM IN PROGRESS' }] }),
      observe({ holds: [tmf, customs, { ...customs, description: 'DOCUMENTS' }] }),
    ]);
    expect(results.map(({ state }) => state.events.length)).toEqual([2, 2, 3]);
    const reworded = results[1]?.state.events.find(({ data }) => data.type === 'customs');
    expect(reworded).toMatchObject({ eventDate: days(2), data: { description: 'EXAM IN PROGRESS' } });
    expect(fieldsOf(results[1])).toEqual(['events.hold.customs']);
    expect(results[2]?.changes[0]?.current).toHaveLength(2);
  });

  it('mark a time whose zone was assumed', () => {
    const assumed = {
      code: 'discharged' as const,
      time: { at: days(1), zoneAssumed: true as const },
      location: null,
    };
    expect(eventOf(last([observe({ milestones: [assumed] })]), 'discharged')?.data).toEqual({
      discharged: days(1),
      zoneAssumed: true,
    });
  });

  it('do not change for the same moment in another spelling, nor when a known time is left out', () => {
    const results = tell([
      observe({ milestones: [milestone('discharged', '2026-03-01T04:00:00-08:00')] }),
      observe({ milestones: [milestone('discharged', '2026-03-01T12:00:00Z')] }),
      observe({ milestones: [milestone('discharged')] }),
    ]);
    expect(results.map(({ changes }) => changes)).toEqual([[], [], []]);
  });

  it('happened where the source says, else at the facility', () => {
    const destination = { type: 'terminal' as const, siteId: 'urn:usoak', name: 'Oakland' };
    const gate = { type: 'terminal', siteId: 'urn:gate', name: 'Gate 2' };
    const result = last([
      observe({
        destination,
        milestones: [milestone('discharged', days(1)), milestone('outgated', days(2), { location: gate })],
      }),
    ]);
    expect(eventOf(result, 'discharged')?.location).toEqual(destination);
    expect(eventOf(result, 'outgated')?.location).toEqual(gate);
  });

  it('name a change of place alone as such', () => {
    const there = observe({ milestones: [milestone('discharged', days(1))] });
    const result = last([
      { ...there, lot: 'A-1' },
      { ...there, lot: 'B-2' },
    ]);
    const lot = (name: string) => ({ type: 'terminal', siteId: null, name: null, lot: name });
    expect(result.changes).toEqual([
      { field: 'events.grounded.location', previous: lot('A-1'), current: lot('B-2') },
    ]);
  });

  it('tell of a new estimate only until the vessel is worked: then it is about the next call', () => {
    const results = tell([
      observe({ milestones: [milestone('eta', days(3)), milestone('discharged', days(4))] }),
      observe({ milestones: [milestone('eta', days(30)), milestone('discharged', days(4))] }),
    ]);
    expect(results.map(({ changes }) => changes)).toEqual([[], []]);
  });
});
