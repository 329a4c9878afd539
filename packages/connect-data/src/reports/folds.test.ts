import type { StatusEvent, TraceErrorCode } from '@envase/contracts';
import { traceErrorCodes } from '@envase/contracts';
import type { FreeDayTrace, ReportedDelivery, ToldEvent } from '@envase/db';
import { newEventId } from '@envase/runtime';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateOf, startOfDay } from './days.ts';
import { foldDeliveries } from './fold-deliveries.ts';
import { foldFreeDays } from './fold-free-days.ts';
import { foldProviders } from './fold-providers.ts';
import { foldStays } from './fold-stays.ts';

const date = '2026-11-24';
const HOUR_MS = 3_600_000;
const noon = startOfDay(date).getTime() + 12 * HOUR_MS;
const findSiteId = (_: string, urn: string) => (urn === 'urn:apm:uslax' ? 'USLAX' : null);
const siteIds = fc.constantFrom('USLAX', 'USNWK', '');
const sum = <T>(rows: readonly T[], figure: (row: T) => number) =>
  rows.reduce((total, row) => total + figure(row), 0);

function statusEvent(code: StatusEvent['code'], data: StatusEvent['data'], recordedAt: number): StatusEvent {
  const eventDate = new Date(recordedAt).toISOString();
  return { code, eventDate, date: eventDate, location: null, data };
}

/** What a result tells of one box. */
interface Box {
  traceId: string;
  siteId: string;
  /** Hours on the ground before it left; null: the source does not say when it was discharged. */
  stayedH: number | null;
  /** When its leaving was first told. */
  at: number;
}

const boxes = fc
  .array(
    fc.record({
      siteId: siteIds,
      stayedH: fc.option(fc.integer({ min: 0, max: 500 })),
      at: fc.integer({ min: noon, max: noon + 5 }),
    }),
    { maxLength: 30 },
  )
  .map((some) =>
    some.map((box, index): Box => ({ ...box, traceId: `t${index}` })).sort((a, b) => a.at - b.at),
  );

function result({ traceId, siteId, stayedH, at }: Box, toldAt = at): ToldEvent {
  const leftAt = at - HOUR_MS;
  const discharged = stayedH === null ? null : new Date(leftAt - stayedH * HOUR_MS).toISOString();
  const events = [
    statusEvent('discharged', { discharged }, at - 1),
    statusEvent('outgated', { outgated: new Date(leftAt).toISOString() }, at),
  ];
  const payload = { providerId: 'apm', siteId, events };
  return { _id: newEventId(toldAt), traceId, action: 'TRACE_RESULT', createdAt: new Date(toldAt), payload };
}

describe('foldStays', () => {
  const dwell = (told: ToldEvent[], wanted = {}) => {
    const fold = foldStays({ date, until: 'outgated', wanted, findSiteId });
    for (const event of told) fold.add(event);
    return fold.rows();
  };

  it('counts every box where and when its leaving is first told, however often it is told', () => {
    fc.assert(
      fc.property(boxes, (some) => {
        const first = some.flatMap((box) => [result(box), result(box)]);
        const later = some.map((box) => result(box, box.at + 1_000));
        const rows = dwell([...first, ...later]);
        expect(rows).toEqual(dwell(some.map((box) => result(box))));
        expect(sum(rows, (row) => row.containers)).toBe(some.length);
        expect(sum(rows, (row) => row.measured)).toBe(some.filter(({ stayedH }) => stayedH !== null).length);
        for (const row of rows) {
          const there = some.filter(({ siteId }) => siteId === row.siteId);
          const longest = Math.max(...there.map(({ stayedH }) => (stayedH ?? -1) * HOUR_MS));
          expect(row.longestMs).toBe(longest < 0 ? null : longest);
        }
      }),
    );
  });

  it('gives the same rows for a place alone as among others', () => {
    fc.assert(
      fc.property(boxes, siteIds, (some, siteId) => {
        const told = some.map((box) => result(box));
        const alone = dwell(told, { providerId: 'apm', siteId });
        expect(alone).toEqual(dwell(told).filter((row) => row.siteId === siteId));
        expect(dwell(told, { providerId: 'other' })).toEqual([]);
      }),
    );
  });

  it('knows the site from where the source says the box is, if it was published for any', () => {
    const told = result({ traceId: 't', siteId: '', stayedH: 1, at: noon });
    const at = (siteId: string) => ({ ...told, payload: { ...told.payload, destination: { siteId } } });
    expect(dwell([at('urn:apm:uslax')])).toMatchObject([{ siteId: 'USLAX', averageMs: HOUR_MS }]);
    expect(dwell([at('urn:apm:elsewhere')])).toMatchObject([{ siteId: '' }]);
  });

  it.each([
    ['a zone that was assumed', { discharged: '2026-11-20T08:00:00+00:00', zoneAssumed: true }],
    ['a time that is none', { discharged: 'soon' }],
    ['a discharge after the leaving', { discharged: '2026-12-01T08:00:00Z' }],
    ['no discharge', null],
  ])('counts, but does not measure, a box with %s', (_, data) => {
    const told = result({ traceId: 't', siteId: 'USLAX', stayedH: null, at: noon });
    const [, left] = told.payload.events ?? [];
    const events = [...(data ? [statusEvent('discharged', data, noon)] : []), ...(left ? [left] : [])];
    const rows = dwell([{ ...told, payload: { ...told.payload, events } }]);
    expect(rows).toMatchObject([{ containers: 1, measured: 0, averageMs: null, longestMs: null }]);
  });

  it('measures a train from its arrival, and availability to when it was first seen', () => {
    const events = [
      statusEvent('arrived', { arrived: new Date(noon - 3 * HOUR_MS).toISOString() }, noon - 2 * HOUR_MS),
      statusEvent('available', { available: true }, noon),
    ];
    const told = result({ traceId: 't', siteId: 'USLAX', stayedH: null, at: noon });
    const fold = foldStays({ date, until: 'available', wanted: {}, findSiteId });
    fold.add({ ...told, payload: { ...told.payload, events } });
    expect(fold.rows()).toMatchObject([{ containers: 1, measured: 1, medianMs: 3 * HOUR_MS }]);
  });
});

describe('foldProviders', () => {
  const told = fc.array(
    fc.record({
      siteId: siteIds,
      code: fc.option(fc.constantFrom<TraceErrorCode>(...traceErrorCodes)),
      count: fc.integer({ min: 1, max: 1_000 }),
      stale: fc.boolean(),
    }),
    { maxLength: 40 },
  );

  it('counts each result and each error once, by site and code', () => {
    fc.assert(
      fc.property(told, (some) => {
        const fold = foldProviders(date, {});
        for (const { siteId, code, count, stale } of some) {
          const payload = { providerId: 'apm', siteId, freshness: { stale } };
          const error = { providerId: 'apm', siteId, code: code ?? undefined, affected: { count } };
          fold.add({
            _id: newEventId(),
            traceId: null,
            action: code ? 'TRACE_ERROR' : 'TRACE_RESULT',
            createdAt: new Date(noon),
            // The union of both payloads, as events are stored.
            payload: (code ? error : payload) as ToldEvent['payload'],
          });
        }
        const rows = fold.rows();
        const failed = some.filter(({ code }) => code !== null);
        expect(sum(rows, (row) => row.results + row.failures)).toBe(some.length);
        expect(sum(rows, (row) => row.affected)).toBe(sum(failed, ({ count }) => count));
        expect(sum(rows, (row) => row.loginFailed)).toBe(
          failed.filter(({ code }) => code === 'login_failed').length,
        );
        for (const row of rows) {
          const { providerUnavailable, providerTimeout, providerAnswer, loginFailed, rateLimited } = row;
          const byCode = providerUnavailable + providerTimeout + providerAnswer + loginFailed + rateLimited;
          expect(byCode).toBe(row.failures);
          expect(row.stale).toBeLessThanOrEqual(row.results);
        }
        const sites = rows.map((row) => row.siteId);
        expect(sites).toEqual([...new Set(some.map(({ siteId }) => siteId))].sort());
      }),
    );
  });
});

describe('foldFreeDays', () => {
  const trace = (changes: { left?: string; tracing?: boolean; earliest?: string }): FreeDayTrace => ({
    _id: 't',
    providerId: 'apm',
    siteId: 'USLAX',
    tracing: changes.tracing ?? false,
    state: {
      events: changes.left === undefined ? [] : [statusEvent('outgated', { outgated: changes.left }, noon)],
      lastFreeDay: { line: null, terminal: null, rail: null, earliest: changes.earliest ?? date },
      destination: null,
    },
  });
  const fold = (...traces: FreeDayTrace[]) => {
    const folded = foldFreeDays({}, findSiteId);
    for (const one of traces) folded.add(one);
    return folded.rows();
  };
  const none = { onTime: 0, late: 0, standing: 0, unknown: 0, lateDays: 0 };

  it.each([
    ['left in its last hour at the place', { left: '2026-11-24T23:59:00-08:00' }, { onTime: 1 }],
    ['left the day after', { left: '2026-11-25T00:01:00-08:00' }, { late: 1, lateDays: 1 }],
    ['left a month later', { left: '2026-12-24T12:00:00-08:00' }, { late: 1, lateDays: 30 }],
    ['still stands', { tracing: true }, { standing: 1 }],
    ['is no longer traced', {}, { unknown: 1 }],
    ['left at a time that is not known', { left: 'unknown' }, { unknown: 1 }],
  ])('judges a box that %s', (_, changes, expected) => {
    expect(fold(trace(changes))).toEqual([
      { date, providerId: 'apm', siteId: 'USLAX', containers: 1, ...none, ...expected },
    ]);
  });

  it('puts every box into one row and one column, oldest day first', () => {
    const days = fc.integer({ min: -5, max: 5 });
    const some = fc.array(fc.record({ day: days, left: fc.option(days), tracing: fc.boolean() }));
    fc.assert(
      fc.property(some, (drawn) => {
        const traces = drawn.map(({ day, left, tracing }) =>
          trace({
            tracing,
            earliest: dateOf(startOfDay(date, day)),
            ...(left === null ? {} : { left: startOfDay(date, left).toISOString() }),
          }),
        );
        const rows = fold(...traces);
        expect(sum(rows, (row) => row.containers)).toBe(drawn.length);
        for (const row of rows) {
          expect(row.onTime + row.late + row.standing + row.unknown).toBe(row.containers);
          expect(row.lateDays).toBeGreaterThanOrEqual(row.late);
        }
        const dates = rows.map((row) => row.date);
        expect(dates).toEqual([...new Set(dates)].sort());
      }),
    );
  });
});

describe('foldDeliveries', () => {
  const deliveries = fc.array(
    fc.record({
      webhookId: fc.constantFrom('hook-1', 'hook-2'),
      state: fc.constantFrom<ReportedDelivery['state']>(
        'pending',
        'retrying',
        'delivered',
        'dead',
        'cancelled',
      ),
      attemptCount: fc.integer({ min: 1, max: 10 }),
      rounds: fc.array(fc.record({ attemptCount: fc.integer({ min: 1, max: 10 }) }), { maxLength: 2 }),
      tookMs: fc.nat(),
    }),
    { maxLength: 40 },
  );

  it('counts each delivery in one state, all its attempts, and its time from the event on', () => {
    fc.assert(
      fc.property(deliveries, (some) => {
        const fold = foldDeliveries(date);
        for (const { tookMs, ...delivery } of some) {
          const deliveredAt = delivery.state === 'delivered' ? new Date(noon + tookMs) : null;
          const _id = `${newEventId(noon)}~${delivery.webhookId}`;
          fold.add({ _id, createdAt: new Date(noon + 1), deliveredAt, ...delivery });
        }
        const rows = fold.rows();
        expect(sum(rows, (row) => row.deliveries)).toBe(some.length);
        const attempts = sum(
          some,
          (one) => one.attemptCount + sum(one.rounds, (round) => round.attemptCount),
        );
        expect(sum(rows, (row) => row.attempts)).toBe(attempts);
        for (const row of rows) {
          expect(row.delivered + row.open + row.dead + row.cancelled).toBe(row.deliveries);
          expect(row.firstTry).toBeLessThanOrEqual(row.delivered);
          const took = some.filter((one) => one.webhookId === row.webhookId && one.state === 'delivered');
          const longest = took.length === 0 ? null : Math.max(...took.map(({ tookMs }) => tookMs));
          expect(row.longestMs).toBe(longest);
        }
      }),
    );
  });
});
