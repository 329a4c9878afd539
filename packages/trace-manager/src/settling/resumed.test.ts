import type { TraceDoc } from '@envase/db';
import { describe, expect, it } from 'vitest';
import {
  buildAnswer,
  buildOrderContext,
  buildSettleContext,
  buildTrace,
  discharged,
  item,
  startMs,
} from '../../test/build.ts';
import { applyOrder } from '../orders/apply-order.ts';
import { settle } from './settle.ts';

const day = 24 * 3_600_000;
const lost = { found: false };

/** Settled on one more answer, so many days after the start. */
function settleAfter(days: number, trace: TraceDoc, observed: Parameters<typeof buildAnswer>[1]): TraceDoc {
  const now = startMs + days * day;
  const answer = buildAnswer(trace, observed);
  const at = new Date(now);
  return settle(trace, [{ ...answer, observedAt: at, lastAt: at }], buildSettleContext({ now }));
}

/** As `applyOrder` makes it of a resume, so many days after the start. */
function resumeAfter(days: number, trace: TraceDoc): TraceDoc {
  const context = buildOrderContext({ now: startMs + days * day });
  const order = { ...context.order, verb: 'resume' as const };
  const resumed = applyOrder(trace, item, { ...context, order });
  if (!resumed) throw new Error('The resume changed nothing');
  return resumed;
}

const expired: [name: string, reason: string, days: number, story: () => TraceDoc, limit: number][] = [
  ['never found', 'not_found_expired', 15, () => settleAfter(15, buildTrace(), lost), 14],
  [
    'lost by its source',
    'not_found_expired',
    15,
    () => settleAfter(15, settleAfter(0, buildTrace(), discharged), lost),
    14,
  ],
  [
    'too old',
    'max_age',
    181,
    () => settleAfter(181, settleAfter(0, buildTrace(), discharged), discharged),
    180,
  ],
];

describe.each(expired)('a trace that ended because it was %s', (_name, reason, days, story, limit) => {
  it('goes on once it is resumed, for as long as a new one', () => {
    const stopped = story();
    expect(stopped).toMatchObject({ tracing: false, stopReason: reason });
    const again = reason === 'max_age' ? discharged : lost;
    const resumed = resumeAfter(days, stopped);
    const settled = settleAfter(days, resumed, again);
    expect(settled).toMatchObject({ tracing: true, stopReason: null, trip: 1 });
    expect(settleAfter(days + limit - 1, settled, again)).toMatchObject({ tracing: true });
    expect(settleAfter(days + limit, settled, again)).toMatchObject({ tracing: false, stopReason: reason });
  });
});
