import { z } from 'zod';

const form = z.array(z.string().regex(/^\d{1,20}\/[0-9a-fA-F-]{36}$/));

/** Locks of the messages that are stored and not yet completed. One that cannot be read has none: they come again. */
export function readCursor(text: string | null): string[] {
  if (text === null) return [];
  try {
    const parsed = form.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : [];
  } catch {
    // Not JSON: as above.
    return [];
  }
}

export function writeCursor(locks: readonly string[]): string {
  return JSON.stringify(locks);
}
