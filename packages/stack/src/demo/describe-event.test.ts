import type { ReceivedEvent } from '@envase/client';
import { describe, expect, it } from 'vitest';
import { describeEvent } from './describe-event.ts';

const nothing = {
  events: [],
  changes: [],
  fees: [],
  lastFreeDay: { line: null, terminal: null, rail: null, earliest: null },
};

function told(payload: object, sequence = 2, action = 'TRACE_RESULT'): string {
  const event = { action, sequence, payload: { ...nothing, ...payload } };
  return describeEvent(event as unknown as ReceivedEvent);
}

const hold = (type: string) => ({ code: 'hold', data: { type, hold: true }, location: null });
const changed = (field: string, previous: unknown, current: unknown) => ({ field, previous, current });

describe('an event in the words of a dispatcher', () => {
  it('is the whole state at first', () => {
    const eta = { code: 'eta', data: { eta: '2026-11-28T07:30:00-08:00' }, location: null };
    expect(told({ status: 'on_vessel', events: [eta] }, 1)).toBe('on the vessel, expected 2026-11-28 07:30');
  });

  it('names the hold that was lifted, and the last free day', () => {
    const changes = [
      changed('status', 'on_hold', 'available'),
      changed('events.hold.customs', { hold: true }, null),
      changed('lastFreeDay.terminal', null, '2026-11-28'),
      changed('lastFreeDay.earliest', null, '2026-11-28'),
    ];
    const lastFreeDay = { ...nothing.lastFreeDay, earliest: '2026-11-28' };
    expect(told({ status: 'available', changes, lastFreeDay })).toBe(
      'on hold (customs) → available, last free day 2026-11-28',
    );
  });

  it('names the hold that came', () => {
    const changes = [
      changed('status', 'discharged', 'on_hold'),
      changed('events.hold.customs', null, { hold: true }),
    ];
    expect(told({ status: 'on_hold', events: [hold('customs')], changes })).toBe(
      'discharged → on hold (customs)',
    );
  });

  it('names holds that come and go while others stand', () => {
    const changes = [
      changed('events.hold.customs', { hold: true }, null),
      changed('events.hold.usda', null, { hold: true }),
    ];
    expect(told({ status: 'on_hold', events: [hold('usda'), hold('line')], changes })).toBe(
      'customs hold lifted, usda hold',
    );
  });

  it('names fees, places and appointments', () => {
    const events = [
      { code: 'grounded', data: {}, location: { type: 'terminal', siteId: 'USLAX', name: null, lot: 'A12' } },
      { code: 'appointment', data: { appointment: '2026-11-28T09:00:00-08:00' }, location: null },
    ];
    const fees = [{ type: 'demurrage', amount: '385.00', currency: 'USD', paidThrough: null }];
    const changes = [
      changed('fees', [], fees),
      changed('events.grounded', null, {}),
      changed('appointment', null, {}),
    ];
    expect(told({ status: 'discharged', events, fees, changes })).toBe(
      'lot A12, appointment 2026-11-28 09:00, demurrage 385.00 USD due',
    );
    expect(told({ status: 'discharged', changes: [changed('fees', fees, [])] })).toBe(
      'nothing owed any more',
    );
  });

  it('says so when nothing it has words for changed', () => {
    expect(told({ status: 'available' })).toBe('available, as before');
    expect(told({ status: 'available', changes: [changed('carrier.vessel', null, 'EXAMPLE')] })).toBe(
      'available; also known now: carrier',
    );
  });

  it('tells ends and failures', () => {
    expect(told({ reason: 'outgated' }, 9, 'TRACE_STOPPED')).toBe('tracing ended: out of the gate');
    expect(told({ reason: 'stopped_by_client' }, 9, 'TRACE_STOPPED')).toBe(
      'tracing ended: stopped by client',
    );
    const failure = { code: 'provider_timeout', message: 'No answer', affected: { count: 3, ids: [] } };
    expect(told(failure, 0, 'TRACE_ERROR')).toBe(
      'could not ask for 3 container(s): No answer (provider_timeout)',
    );
  });
});
