import { describe, expect, it } from 'vitest';
import { line, milestone, observe, railroad, terminal } from '../../test/observations.ts';
import { customs, days, eventOf, fieldsOf, last, tell } from '../../test/stories.ts';
import { notFound } from '../index.ts';

describe('an import at a terminal', () => {
  const story = tell([
    notFound(days(2)),
    observe({ carrier: { type: 'vessel', steamshipLine: 'MAEU', vessel: 'EXAMPLE TRADER', voyage: '012W' } }),
    observe({ milestones: [milestone('eta', '2026-03-05T22:00:00-08:00')] }),
    observe({ milestones: [milestone('arrived', '2026-03-05T23:10:00-08:00')] }),
    observe({ milestones: [milestone('discharged', '2026-03-06T04:15:00-08:00')], lot: 'A-12-03' }),
    observe({ holds: [customs], lastFreeDays: [{ source: 'terminal', date: '2026-03-11' }] }),
    observe({ holds: [], available: true }),
    observe({
      appointment: { start: { at: '2026-03-09T08:00:00-07:00' }, end: null, number: '4001' },
    }),
    observe({ milestones: [milestone('outgated', '2026-03-09T08:40:00-07:00')] }),
  ]);

  it('goes through the statuses of contract s5', () => {
    expect(story.map(({ state }) => state.status)).toEqual([
      'not_found',
      'booked',
      'on_vessel',
      'vessel_arrived',
      'discharged',
      'on_hold',
      'available',
      'appointment_set',
      'outgated',
    ]);
    expect(story.map(({ ended }) => ended)).toEqual([...Array(8).fill(null), 'outgated']);
  });

  it('shows each event with its data, and the lot of the box on the ground', () => {
    const final = story.at(-1);
    const data = Object.fromEntries((final?.state.events ?? []).map((event) => [event.code, event.data]));
    expect(data).toEqual({
      eta: { eta: '2026-03-05T22:00:00-08:00' },
      arrived: { arrived: '2026-03-05T23:10:00-08:00' },
      discharged: { discharged: '2026-03-06T04:15:00-08:00' },
      grounded: {},
      lfd: { lfd: '2026-03-11', source: 'terminal' },
      appointment: { appointment: '2026-03-09T08:00:00-07:00', end: null, number: '4001' },
      outgated: { outgated: '2026-03-09T08:40:00-07:00' },
    });
    expect(eventOf(final, 'grounded')?.location).toEqual({
      type: 'terminal',
      siteId: null,
      name: null,
      lot: 'A-12-03',
    });
  });

  it('names what changed', () => {
    expect(story.map(fieldsOf).slice(0, 7)).toEqual([
      [],
      ['status', 'carrier.type', 'carrier.steamshipLine', 'carrier.vessel', 'carrier.voyage'],
      ['status', 'events.eta'],
      ['status', 'events.arrived'],
      ['status', 'events.discharged', 'events.grounded'],
      ['status', 'lastFreeDay.terminal', 'lastFreeDay.earliest', 'events.hold.customs'],
      ['status', 'events.hold.customs', 'events.available', 'events.released'],
    ]);
    expect(story[5]?.changes.at(-1)).toEqual({
      field: 'events.hold.customs',
      previous: null,
      current: { type: 'customs', hold: true, description: 'EXAM', since: days(7) },
    });
  });

  it('is available and released only while it is there', () => {
    expect(eventOf(story[6], 'available')?.data).toEqual({ available: true });
    expect(eventOf(story[6], 'released')?.data).toEqual({
      released: days(8),
      lfd: '2026-03-11',
    });
    expect(eventOf(story[8], 'available')).toBeUndefined();
    expect(eventOf(story[8], 'released')).toBeUndefined();
  });

  it('goes on until the empty is back where the client asked for that', () => {
    const facts = { ...terminal, traceUntil: 'empty_returned' as const };
    const out = observe({ milestones: [milestone('outgated', '2026-03-09T08:40:00-07:00')] });
    const back = observe({ milestones: [milestone('returned', '2026-03-12T10:00:00-07:00')] });
    const results = tell([out, back], facts);
    expect(results.map(({ ended }) => ended)).toEqual([null, 'empty_returned']);
    expect(results[1]?.state.status).toBe('empty_returned');
    expect(eventOf(results[1], 'returned')?.data).toEqual({
      returned: '2026-03-12T10:00:00-07:00',
    });
  });
});

describe('an import by rail', () => {
  it('goes through a railroad’s statuses, back on the train at an interchange', () => {
    const story = tell(
      [
        observe({ milestones: [milestone('rail-loaded', days(1))] }),
        observe({ milestones: [milestone('rail-departed', days(2)), milestone('eta', days(9))] }),
        observe({ milestones: [milestone('arrived', days(4))] }),
        observe({ milestones: [milestone('rail-departed', days(5))] }),
        observe({ milestones: [milestone('rail-arrived', days(7))] }),
        observe({ milestones: [milestone('grounded', days(8))], lot: 'A 7 2' }),
        observe({ holds: [], available: true, lastFreeDays: [{ source: 'rail', date: '2026-03-11' }] }),
        observe({ milestones: [milestone('outgated')] }),
      ],
      railroad,
    );
    expect(story.map(({ state }) => state.status)).toEqual([
      'on_rail',
      'on_rail',
      'rail_arrived',
      'on_rail',
      'rail_arrived',
      'grounded',
      'rail_available',
      'outgated',
    ]);
    expect(story.at(-1)?.ended).toBe('outgated');
    expect(eventOf(story.at(-1), 'outgated')?.data).toEqual({ outgated: null });
  });

  it('is not moved back by older news', () => {
    const story = [
      observe({ milestones: [milestone('rail-arrived', days(5))] }),
      observe({ milestones: [milestone('rail-departed', days(4))] }),
    ];
    expect(last(story, railroad).state.status).toBe('rail_arrived');
  });

  it('is a line’s too, after the vessel’s leg', () => {
    const eta = (at: string, mode: 'vessel' | 'rail') => milestone('eta', at, { mode });
    const story = tell(
      [
        observe({ milestones: [eta(days(5), 'vessel'), eta(days(12), 'rail')] }),
        observe({ milestones: [milestone('discharged', days(6))] }),
        observe({ milestones: [milestone('departed', days(8), { mode: 'rail' }), eta(days(13), 'rail')] }),
        observe({ milestones: [milestone('grounded', days(13), { mode: 'rail' })], available: true }),
      ],
      line,
    );
    expect(story.map(({ state }) => state.status)).toEqual([
      'on_vessel',
      'discharged',
      'on_rail',
      'rail_available',
    ]);
    expect(fieldsOf(story[2])).toEqual(['status', 'events.eta.rail']);
    expect(story[2]?.state.events.filter(({ code }) => code === 'eta').map(({ data }) => data)).toEqual([
      { eta: days(5) },
      { eta: days(13), mode: 'rail' },
    ]);
  });
});

describe('exports, empties and bookings', () => {
  const facts = { ...terminal, service: 'export' as const };

  it('are ready for an appointment while the source says so, and end when completed', () => {
    const story = tell(
      [
        observe(),
        observe({ available: false }),
        observe({ milestones: [milestone('appointment-ready')] }),
        observe({ milestones: [milestone('ingated', days(4))] }),
        observe({ milestones: [milestone('completed')] }),
      ],
      facts,
    );
    expect(story.map(({ state }) => state.status)).toEqual([
      'booked',
      'booked',
      'export_ready',
      'export_ingated',
      'export_ingated',
    ]);
    const ready = (index: number) => eventOf(story[index], 'appointment-ready')?.data;
    expect([1, 2, 3].map(ready)).toEqual([
      { readyForAppointment: false },
      { readyForAppointment: true },
      { readyForAppointment: true },
    ]);
    expect(eventOf(story[4], 'completed')?.data).toEqual({});
    expect(story.map(({ ended }) => ended)).toEqual([null, null, null, null, 'completed']);
    expect(story[2]?.state.events.some(({ code }) => code === 'available')).toBe(false);
  });

  it('end when the vessel takes them', () => {
    const booking = { ...facts, service: 'booking' as const };
    const story = tell(
      [
        observe({ booking: { vessel: 'EXAMPLE ISLE', cutoff: days(4), totalContainers: 2 } }),
        observe({ booking: { cutoff: days(5) }, milestones: [milestone('loaded', days(6))] }),
        observe({ milestones: [milestone('departed', days(7))] }),
      ],
      booking,
    );
    expect(story.map(({ state }) => state.status)).toEqual(['booked', 'loaded', 'departed']);
    expect(story[1]?.changes).toEqual([
      { field: 'status', previous: 'booked', current: 'loaded' },
      { field: 'cutoff', previous: days(4), current: days(5) },
    ]);
    expect(story[2]?.ended).toBe('departed');
    expect(story[2]?.state.booking).toMatchObject({ vessel: 'EXAMPLE ISLE', totalContainers: 2 });
  });

  it('of an empty that came back end with it', () => {
    const empty = { ...facts, service: 'empty' as const };
    expect(last([observe({ milestones: [milestone('returned', days(3))] })], empty)).toMatchObject({
      ended: 'empty_returned',
      state: { status: 'empty_returned' },
    });
    expect(last([observe({ milestones: [milestone('completed')] })], empty)).toMatchObject({
      ended: 'completed',
      state: { status: 'empty_returned' },
    });
  });
});
