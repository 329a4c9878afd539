// Between taking the time and making the id a process may be busy or its clock set back; wide enough for both.
const SLACK_MS = 60 * 60_000;

/**
 * The ids (UUIDv7, which begin with their time) of events created from `since` on and before `until`, and some around: they let
 * a list read its part of the index only.
 */
export function idsBetween(since?: Date, until?: Date): { $gte?: string; $lt?: string } {
  return {
    ...(since === undefined ? {} : { $gte: firstId(since.getTime() - SLACK_MS) }),
    ...(until === undefined ? {} : { $lt: firstId(until.getTime() + SLACK_MS) }),
  };
}

/** Below every UUIDv7 of this millisecond and above those of the one before. */
export function firstId(ms: number): string {
  const clamped = Math.min(Math.max(Math.trunc(ms), 0), 2 ** 48 - 1);
  const time = clamped.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}`;
}
