import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Trip } from '../journey/box-state.ts';
import { findScript } from '../journeys/catalogue.ts';

const entry = z.object({
  providerId: z.string(),
  kind: z.enum(['terminal', 'rail', 'line', 'booking']),
  number: z.string(),
  journey: z.string(),
  site: z.string().nullable(),
  startAt: z.number(),
  seed: z.string(),
  speed: z.number().positive(),
});
type Entry = z.output<typeof entry>;

export interface BegunTrip {
  key: Pick<Entry, 'providerId' | 'kind' | 'number'>;
  trip: Trip;
}

/** Which journeys have begun, kept in a file so that a restart sends no box back in time. */
export interface Journal {
  /** What the file held when it was opened, the last word of each box. */
  begun: readonly BegunTrip[];
  write(begun: BegunTrip): void;
}

/**
 * Opens a file of JSON lines, one per journey begun, and rewrites it without what was superseded. A half line at the end
 * (a kill) and journeys of another version are left out. Throws where the file cannot be written.
 */
export function openJournal(path: string): Journal {
  mkdirSync(dirname(path), { recursive: true });
  const latest = new Map<string, BegunTrip>();
  for (const begun of readLines(path)) latest.set(Object.values(begun.key).join('/'), begun);
  const begun = [...latest.values()];
  writeFileSync(`${path}.new`, begun.map(toLine).join(''));
  renameSync(`${path}.new`, path);
  return { begun, write: (one) => appendFileSync(path, toLine(one)) };
}

function readLines(path: string): BegunTrip[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8').split('\n').flatMap(readLine);
}

function readLine(line: string): BegunTrip[] {
  const parsed = entry.safeParse(parseJson(line));
  const script = parsed.success ? findScript(parsed.data.journey) : null;
  if (!parsed.success || !script) return [];
  const { providerId, kind, journey: _journey, number, ...trip } = parsed.data;
  return [{ key: { providerId, kind, number }, trip: { ...trip, number, script } }];
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function toLine({ key, trip }: BegunTrip): string {
  const { seed, speed, startAt, site, script } = trip;
  return `${JSON.stringify({ ...key, journey: script.name, site, startAt, seed, speed } satisfies Entry)}\n`;
}
