/** Local clock times around each change of the clocks of a zone in a year, `YYYY-MM-DDTHH:mm:ss`, every half hour. */
export function timesAroundChanges(zone: string, year: number): string[] {
  const days = changeDays(zone, year);
  return days.flatMap((day) =>
    Array.from({ length: 48 }, (_, half) => {
      const hour = String(Math.floor(half / 2)).padStart(2, '0');
      return `${day}T${hour}:${half % 2 === 0 ? '00' : '30'}:00`;
    }),
  );
}

function changeDays(zone: string, year: number): string[] {
  const noon = (day: number) => Date.UTC(year, 0, day, 12);
  const days = Array.from({ length: 365 }, (_, index) => index + 1);
  return days
    .filter((day) => offsetMinutes(zone, noon(day)) !== offsetMinutes(zone, noon(day - 1)))
    .map((day) => new Date(noon(day)).toISOString().slice(0, 10));
}

/** Minutes that a zone is ahead of UTC at an instant, by the runtime's own calendar. */
export function offsetMinutes(zone: string, atMs: number): number {
  return Math.round((Date.parse(`${wallClock(zone, atMs)}Z`) - Math.floor(atMs / 1_000) * 1_000) / 60_000);
}

/** What a clock in the zone shows at an instant. */
export function wallClock(zone: string, atMs: number): string {
  return clockOf(zone).format(atMs).replace(' ', 'T');
}

// A clock takes longer to make than to read, and a suite reads thousands of times.
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  clocks.set(timeZone, made);
  return made;
}
