import type { WireRequest } from '../provider.ts';

/** Where a page begins, and the moment whose events are paged: later ones neither repeat nor hide any. */
export interface Place {
  offset: number;
  limit: number;
  asOf: number;
}

/** Opaque to callers. */
function writeCursor({ offset, limit, asOf }: Place): string {
  return Buffer.from(`|offset=${offset}&limit=${limit}&asOf=${asOf}`).toString('base64url');
}

/** The place of a cursor, or null when it is none of ours. */
export function readCursor(cursor: string): Place | null {
  const found = /^\|offset=(\d+)&limit=(\d+)&asOf=(\d+)$/.exec(Buffer.from(cursor, 'base64url').toString());
  if (!found) return null;
  const [, offset, limit, asOf] = found.map(Number);
  return { offset: offset ?? 0, limit: limit ?? 100, asOf: asOf ?? 0 };
}

export interface PageStyle {
  /** What the page headers hold: a link to call, or the bare cursor. */
  pageLinks: 'link' | 'cursor';
}

/** `Current-Page`, `Next-Page`, `Prev-Page`, `First-Page`, `Last-Page`: those that there are. */
export function pageHeaders(
  request: WireRequest,
  place: Place,
  { total, style }: { total: number; style: PageStyle },
): Record<string, string> {
  const pointer = (offset: number) => {
    const cursor = writeCursor({ ...place, offset });
    if (style.pageLinks === 'cursor') return cursor;
    const link = new URL(request.url);
    link.searchParams.set('cursor', cursor);
    return link.href;
  };
  const { offset, limit } = place;
  const last = Math.max(0, Math.ceil(total / limit) - 1) * limit;
  return {
    'Current-Page': pointer(offset),
    'First-Page': pointer(0),
    'Last-Page': pointer(last),
    ...(offset + limit < total ? { 'Next-Page': pointer(offset + limit) } : {}),
    ...(offset > 0 ? { 'Prev-Page': pointer(Math.max(0, offset - limit)) } : {}),
  };
}
