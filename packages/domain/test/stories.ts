import { type FoldResult, fold, type Observed, type TraceFacts, type TraceState } from '../src/index.ts';
import { terminal } from './observations.ts';

/** Noon of a day of March 2026. */
export const days = (day: number) => `2026-03-${String(day).padStart(2, '0')}T12:00:00.000Z`;

/** Folds one observation a day, from 2 March 2026. */
export function tell(story: readonly Observed[], facts: TraceFacts = terminal): FoldResult[] {
  const results: FoldResult[] = [];
  for (const [index, observed] of story.entries()) {
    const previous: TraceState | null = results.at(-1)?.state ?? null;
    results.push(fold(previous, observed, { ...facts, now: days(2 + index) }));
  }
  return results;
}

/** What the last observation of a story makes of it. */
export function last(story: readonly Observed[], facts: TraceFacts = terminal): FoldResult {
  const result = tell(story, facts).at(-1);
  if (!result) throw new Error('A story has an observation');
  return result;
}

export const eventOf = (result: FoldResult | undefined, code: string) =>
  result?.state.events.find((event) => event.code === code);

export const fieldsOf = (result: FoldResult | undefined) => result?.changes.map(({ field }) => field);

export const customs = { type: 'customs' as const, description: 'EXAM', providerCode: null };
