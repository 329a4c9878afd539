import type { TraceDoc } from '@envase/db';
import type { Observed } from '@envase/domain';
import { hashId } from '@envase/runtime';
import { settle } from '../src/settling/settle.ts';
import { buildAnswer, buildSettleContext, buildTrace, discharged, startMs } from '../test/build.ts';

const organizations = 50;
const hourMs = 3_600_000;

/** The n-th of many containers that nobody asks for right now: what it went through says the pure cores, when it runs next is spread. */
export function buildAtRest(n: number, nowMs: number): TraceDoc {
  const known = stories[n % stories.length];
  if (!known) throw new RangeError('there is a story for every number');
  return {
    ...known,
    _id: hashId('schedule', String(n)),
    number: numberOf(n),
    orgId: `org-${n % organizations}`,
    nextTraceAt: new Date(nowMs + hourMs + ((n * 7_919) % 86_400) * 1_000),
  };
}

/** Unique per container; who settles and applies does not look at check digits. */
export function numberOf(n: number): string {
  return `MSCU${String(n).padStart(7, '0')}`;
}

const held: Partial<Observed> = {
  ...discharged,
  description: "40' HIGH CUBE",
  length: '40',
  holds: [{ type: 'customs', description: 'CUSTOMS EXAM', providerCode: 'CUS' }],
  fees: [],
  available: false,
};
const released: Partial<Observed> = {
  ...held,
  holds: [],
  available: true,
  lastFreeDays: [{ source: 'terminal', date: '2026-03-09' }],
};

/** Not answered yet, not known yet, on the terminal, held there, free to go: a fifth of the containers each. */
const stories: readonly TraceDoc[] = [
  [],
  [{ found: false }],
  [discharged],
  [discharged, held],
  [discharged, held, released],
].map(live);

function live(answers: readonly Partial<Observed>[]): TraceDoc {
  let trace = buildTrace();
  for (const [index, observed] of answers.entries()) {
    const at = startMs + (index + 1) * hourMs;
    const settled = settle(trace, [buildAnswer(trace, observed, at)], buildSettleContext({ now: at }));
    // Delivered: an outbox is empty at rest.
    const { outboxAt: _, ...rest } = settled;
    trace = { ...rest, outbox: [] };
  }
  return trace;
}
