import { feeTypes, holdTypes, services } from '@envase/contracts';
import fc from 'fast-check';
import {
  type Milestone,
  type MilestoneCode,
  milestoneCodes,
  notFound,
  type Observed,
  type SourceTime,
  type TraceFacts,
} from '../src/index.ts';

export const terminal: TraceFacts = {
  service: 'availability',
  providerType: 'terminal',
  traceUntil: 'outgated',
  zone: 'America/Los_Angeles',
};
export const railroad: TraceFacts = { ...terminal, providerType: 'rail', zone: 'America/Chicago' };
export const line: TraceFacts = { ...terminal, providerType: 'line' };

/** An observation of a box that was found, of which only `said` is said. */
export function observe(said: Partial<Observed> = {}): Observed {
  return { ...notFound('2026-03-02T12:00:00.000Z'), found: true, ...said };
}

/** A milestone in words: its code, and when it happened if that is said. */
export function milestone(
  code: MilestoneCode,
  at: string | null = null,
  more: Partial<Milestone> = {},
): Milestone {
  return { code, time: at === null ? null : { at }, location: null, ...more };
}

/** Far apart, and close to each other around a day. */
const iso = fc
  .oneof(
    fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2026, 5, 1) }),
    fc
      .constantFrom(0, 1, 720, 1439, 1440, 1441, 2160, 2881)
      .map((minutes) => Date.UTC(2026, 2, 1, 0, minutes)),
  )
  .map((ms) => new Date(Math.floor(ms / 60_000) * 60_000).toISOString());
const time: fc.Arbitrary<SourceTime> = fc.oneof(
  iso.map((at) => ({ at })),
  iso.map((at) => ({ at, zoneAssumed: true as const })),
);
// fast-check's records have no prototype; a mapper's have.
const record = <T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record(fields, { noNullPrototype: true });
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: null });
const location = record({
  type: fc.constant('terminal'),
  siteId: maybe(fc.constant('urn:site')),
  name: maybe(fc.constant('A')),
});

const anyMilestone: fc.Arbitrary<Milestone> = record({
  code: fc.constantFrom(...milestoneCodes),
  time: maybe(time),
  location: maybe(location),
  mode: fc.constantFrom('vessel', 'rail', 'truck', undefined),
}).map(({ mode, ...rest }) => (mode ? { ...rest, mode } : rest));

const hold = record({
  type: fc.constantFrom(...holdTypes),
  description: maybe(fc.constantFrom('EXAM', 'FREIGHT DUE', 'TMF')),
  providerCode: maybe(fc.constantFrom('1A', '2B')),
});
const fee = record({
  type: fc.constantFrom(...feeTypes),
  amount: fc.constantFrom('10.00', '125.50'),
  currency: fc.constant('USD'),
  paidThrough: maybe(fc.constant('2026-03-09')),
});
const date = fc.constantFrom('2026-03-01', '2026-03-05', '2026-03-12');
const carrier = record({
  type: fc.constantFrom('vessel' as const, 'rail' as const),
  steamshipLine: maybe(fc.constant('MAEU')),
  vessel: maybe(fc.constantFrom('EXAMPLE TRADER', 'EXAMPLE ISLE')),
  voyage: maybe(fc.constantFrom('012W', '013W')),
});
const destination = record({
  type: fc.constantFrom('terminal' as const, 'rail' as const),
  siteId: maybe(fc.constant('urn:site')),
  name: maybe(fc.constantFrom('Pier A', 'Pier B')),
});
const appointment = record({ start: time, end: maybe(time), number: maybe(fc.constant('4001')) });

const said = record({
  observedAt: iso,
  providerUpdatedAt: maybe(iso),
  description: maybe(fc.constantFrom('40HQ', '20DR')),
  length: maybe(fc.constantFrom('20', '40')),
  isoType: maybe(fc.constant('45G1')),
  loaded: maybe(fc.constantFrom('laden' as const, 'empty' as const)),
  billOfLading: maybe(fc.constant('SYNT0001')),
  carrier: maybe(carrier),
  destination: maybe(destination),
  milestones: fc.array(anyMilestone, { maxLength: 5 }),
  holds: maybe(fc.array(hold, { maxLength: 4 })),
  fees: maybe(fc.array(fee, { maxLength: 3 })),
  available: maybe(fc.boolean()),
  lastFreeDays: fc.array(
    record({ source: fc.constantFrom('line' as const, 'terminal' as const, 'rail' as const), date }),
    { maxLength: 3 },
  ),
  lot: maybe(fc.constantFrom('A-12', 'B-07')),
});

const speaking: fc.Arbitrary<Observed> = record({
  said,
  appointment: fc.option(maybe(appointment), { nil: undefined }),
}).map((one) =>
  observe({ ...one.said, ...(one.appointment === undefined ? {} : { appointment: one.appointment }) }),
);

/** Anything a mapper can make, sensible or not; one in nine says "not found". */
export const observations: fc.Arbitrary<Observed> = fc.oneof(
  { weight: 8, arbitrary: speaking },
  { weight: 1, arbitrary: iso.map((at) => notFound(at)) },
);

export const anyFacts: fc.Arbitrary<TraceFacts> = record({
  service: fc.oneof(
    { weight: 3, arbitrary: fc.constant('availability' as const) },
    { weight: 1, arbitrary: fc.constantFrom(...services) },
  ),
  providerType: fc.constantFrom('terminal' as const, 'rail' as const, 'line' as const),
  traceUntil: fc.constantFrom('outgated' as const, 'empty_returned' as const),
  zone: maybe(fc.constantFrom('America/Los_Angeles', 'America/Chicago')),
});
