/** What a provider was asked. Never holds headers, query strings or bodies: they carry credentials. */
export interface LoggedRequest {
  /** Counts from 1 in the order of arrival. */
  n: number;
  /** ISO 8601, milliseconds. */
  at: string;
  providerId: string;
  method: string;
  path: string;
  /** Null when no operation has that method and path. */
  operation: string | null;
  /** Numbers the request named, as it spelled them. */
  boxes: string[];
  /** Null when no answer was sent (the connection was cut, or is held). */
  status: number | null;
  /** Faults that struck it. */
  faults: string[];
}

export interface RequestLog {
  add(entry: Omit<LoggedRequest, 'n'>): void;
  /** Oldest first. `since` (epoch milliseconds) is inclusive. */
  list(filter: { providerId?: string | undefined; since?: number | undefined }): LoggedRequest[];
  clear(): number;
}

const kept = 20_000;

export function createRequestLog(): RequestLog {
  let entries: LoggedRequest[] = [];
  let count = 0;
  return {
    add(entry) {
      count += 1;
      entries.push({ n: count, ...entry });
      if (entries.length > 2 * kept) entries = entries.slice(-kept);
    },
    list({ providerId, since }) {
      return entries.filter(
        (entry) =>
          (providerId === undefined || entry.providerId === providerId) &&
          (since === undefined || Date.parse(entry.at) >= since),
      );
    },
    clear() {
      const cleared = entries.length;
      entries = [];
      return cleared;
    },
  };
}
