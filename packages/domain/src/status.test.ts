import type { CanonicalStatus, EventCode } from '@envase/contracts';
import { describe, expect, it } from 'vitest';
import { line, railroad, terminal } from '../test/observations.ts';
import type { MilestoneCode } from './observation.ts';
import { deriveStatus, whereIs } from './status.ts';
import type { TraceFacts } from './trace-state.ts';

const box = (code: MilestoneCode | null, events: EventCode[] = [], available: boolean | null = null) => ({
  position: code && { code, at: null },
  available,
  events: events.map((one) => ({ code: one, data: {} })),
});
const exported: TraceFacts = { ...terminal, service: 'export' };

describe('deriveStatus', () => {
  it.each<[string, ReturnType<typeof box>, TraceFacts, CanonicalStatus]>([
    ['nothing', box(null), terminal, 'booked'],
    ['an estimate', box(null, ['eta']), terminal, 'on_vessel'],
    ['an estimate of a train', box(null, ['eta']), railroad, 'on_rail'],
    ['a departure', box('departed'), terminal, 'on_vessel'],
    ['an arrival', box('arrived', ['eta']), terminal, 'vessel_arrived'],
    ['a discharge', box('discharged'), terminal, 'discharged'],
    ['a box on a terminal’s ground', box('grounded'), terminal, 'discharged'],
    ['a hold', box('discharged', ['hold']), terminal, 'on_hold'],
    ['a hold of an available box', box('discharged', ['hold'], true), terminal, 'on_hold'],
    ['an availability', box('discharged', [], true), terminal, 'available'],
    ['an availability and nothing else', box(null, [], true), terminal, 'available'],
    ['an appointment', box('discharged', ['appointment', 'hold'], true), terminal, 'appointment_set'],
    ['an outgate', box('outgated', ['appointment', 'hold'], true), terminal, 'outgated'],
    ['a delivery', box('delivered'), terminal, 'delivered'],
    ['an empty return', box('returned'), terminal, 'empty_returned'],
    ['a train', box('rail-departed'), railroad, 'on_rail'],
    ['a train that arrived', box('rail-arrived'), railroad, 'rail_arrived'],
    ['a box off the train', box('rail-unloaded'), railroad, 'grounded'],
    ['a held box off the train', box('rail-unloaded', ['hold'], true), railroad, 'on_hold'],
    ['an available box off the train', box('rail-unloaded', [], true), railroad, 'rail_available'],
    ['a line’s vessel', box('discharged', [], true), line, 'available'],
    ['a line’s train', box('rail-unloaded', [], true), line, 'rail_available'],
    ['a box at its origin', box('ingated', ['eta']), railroad, 'booked'],
    ['an export', box(null), exported, 'booked'],
    ['a held export', box(null, ['hold']), exported, 'on_hold'],
    ['an export in the yard', box('ingated', ['hold', 'appointment']), exported, 'export_ingated'],
    ['an export on board', box('loaded'), exported, 'loaded'],
    ['an export at sea', box('departed'), exported, 'departed'],
  ])('of %s', (_, known, facts, status) => {
    expect(deriveStatus(known, facts)).toBe(status);
  });

  it('of an export is ready while its source says so', () => {
    const ready = (isReady: boolean) => ({
      ...box(null),
      events: [{ code: 'appointment-ready' as const, data: { readyForAppointment: isReady } }],
    });
    expect(deriveStatus(ready(true), exported)).toBe('export_ready');
    expect(deriveStatus(ready(false), exported)).toBe('booked');
  });
});

describe('whereIs', () => {
  it.each<[ReturnType<typeof box>, string]>([
    [box(null), 'unknown'],
    [box(null, ['eta']), 'en_route'],
    [box('departed'), 'en_route'],
    [box('departed', [], true), 'at_facility'],
    [box('arrived'), 'arrived'],
    [box('discharged'), 'at_facility'],
    [box('outgated', [], true), 'left'],
    [box('ingated', ['eta']), 'origin'],
  ])('of %j is %s', (known, where) => {
    expect(whereIs(known, terminal)).toBe(where);
  });
});
