import { z } from 'zod';

/** Where a retrieval stands: a round of pages over what changed since the newest change of the round before. */
export interface VizionCursor {
  /** ISO instant; null in the first round, which reads everything. */
  since: string | null;
  page: number;
  /** The newest change that this round has seen. */
  newest: string | null;
}

const form = z.object({
  since: z.string().nullable(),
  page: z.number().int().positive(),
  newest: z.string().nullable(),
});

/** One that cannot be read begins anew: what is read twice is known by its hash. */
export function readCursor(text: string | null): VizionCursor {
  const start = { since: null, page: 1, newest: null };
  if (text === null) return start;
  try {
    const parsed = form.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : start;
  } catch {
    // Not JSON: as above.
    return start;
  }
}

export function writeCursor(cursor: VizionCursor): string {
  return JSON.stringify(cursor);
}
