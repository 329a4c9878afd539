import { expect, it } from 'vitest';
import { type Heard, judge, type Outcome } from './crash/judge.ts';

const order = { id: 'e0', action: 'TRACE_REQUESTED', traceId: null, sequence: null };
const results = [1, 2, 3].map((sequence) => ({
  id: `e${sequence}`,
  action: 'TRACE_RESULT',
  traceId: 'trace',
  sequence,
}));
const events = [order, ...results];

function heard(changes: Partial<Heard> = {}): Heard {
  const states = events.map(() => 'delivered');
  return { hook: 'a hook', isOrdered: true, maxInFlight: 2, accepted: events, states, ...changes };
}

function outcome(changes: Partial<Outcome> = {}): Outcome {
  return {
    acknowledged: [{ eventId: 'e0', traceIds: ['trace'] }],
    events,
    hooks: [heard()],
    faults: { deliveryEnds: 0, flushes: 0 },
    ...changes,
  };
}

const twice = [...events, ...results.slice(1)];

it('finds nothing where all was kept, and repeats that a death explains', () => {
  expect(judge(outcome())).toEqual([]);
  const hooks = [heard({ accepted: twice })];
  expect(judge(outcome({ hooks, faults: { deliveryEnds: 1, flushes: 0 } }))).toEqual([]);
});

const broken: [string, Partial<Outcome>, RegExp][] = [
  ['a publish that was lost', { acknowledged: [{ eventId: 'gone', traceIds: [] }] }, /gone was acknowledged/],
  [
    'a trace nobody heard of',
    { acknowledged: [{ eventId: 'e0', traceIds: ['quiet'] }] },
    /quiet was asked for/,
  ],
  [
    'an event that never came',
    { hooks: [heard({ accepted: events.slice(0, 3) })] },
    /TRACE_RESULT e3 never came/,
  ],
  [
    'an event nobody knows',
    { hooks: [heard({ accepted: [...events, { ...order, id: 'x' }] })] },
    /x came and is not/,
  ],
  ['a repeat without a death', { hooks: [heard({ accepted: twice })] }, /2 repeats, 0 can be explained/],
  [
    'more repeats than were in flight',
    { hooks: [heard({ accepted: [...twice, ...results] })], faults: { deliveryEnds: 1, flushes: 0 } },
    /5 repeats, 2 can be explained/,
  ],
  ['another order', { hooks: [heard({ accepted: [...events].reverse() })] }, /came in the order 3 2 1/],
  [
    'a delivery that is not done',
    { hooks: [heard({ states: ['delivered', 'delivered', 'delivered', 'retrying'] })] },
    /are retrying/,
  ],
  ['a delivery that is missing', { hooks: [heard({ states: ['delivered'] })] }, /1 deliveries of 4 events/],
];

it.each(broken)('finds %s', (_what, changes, expected) => {
  expect(judge(outcome(changes)).join('\n')).toMatch(expected);
});

it('finds a gap and a number that was given twice', () => {
  const gap = events.filter(({ sequence }) => sequence !== 2);
  expect(judge(outcome({ events: gap })).join('\n')).toMatch(/has the sequence 1 3/);
  const [, first] = events;
  const doubled = [
    ...events,
    { id: 'e4', action: 'TRACE_RESULT', traceId: 'trace', sequence: first?.sequence ?? 0 },
  ];
  expect(judge(outcome({ events: doubled })).join('\n')).toMatch(/has the sequence 1 1 2 3/);
});
