import { AppError } from '@envase/runtime';

/** Where a page ended: the last item's id, and its time where the list is not in the order of ids. */
export interface Mark {
  id: string;
  at?: Date;
}

export interface ListKind {
  /** Names the list in its cursors. */
  kind: string;
  /** Whether its cursors hold a time. */
  timed: boolean;
  /** Whether an id can stand in this list: a cursor of another one is refused. */
  isOwn?: ((id: string) => boolean) | undefined;
  /** The query parameter that a refusal names; default: `cursor`. */
  parameter?: string;
}

/** An opaque cursor: base64url of the list's kind, the last id and its time. */
export function encodeCursor(kind: string, mark: Mark): string {
  const parts = mark.at === undefined ? [kind, mark.id] : [kind, mark.id, mark.at.getTime()];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** Reads a cursor of this list; throws `invalid_request` at `query.cursor` for one that we did not give. */
export function decodeCursor(list: ListKind, cursor: string): Mark {
  const [kind, id, at] = readParts(list, cursor);
  if (kind !== list.kind || typeof id !== 'string' || id === '') throw refuse(list);
  if (list.isOwn?.(id) === false) throw refuse(list);
  const mark = list.timed ? { id, at: readTime(list, at) } : { id };
  // Only the spelling that we gave: base64 decoders overlook a lot.
  if (encodeCursor(kind, mark) !== cursor) throw refuse(list);
  return mark;
}

function readParts(list: ListKind, cursor: unknown): unknown[] {
  if (typeof cursor !== 'string') throw refuse(list);
  const text = Buffer.from(cursor, 'base64url').toString();
  try {
    const parts: unknown = JSON.parse(text);
    return Array.isArray(parts) ? parts : [];
  } catch (error) {
    throw refuse(list, error);
  }
}

function readTime(list: ListKind, at: unknown): Date {
  const time = new Date(typeof at === 'number' ? at : Number.NaN);
  if (Number.isNaN(time.getTime())) throw refuse(list);
  return time;
}

function refuse({ parameter = 'cursor' }: ListKind, cause?: unknown): AppError {
  const details = [{ path: `query.${parameter}`, message: 'was not given by this list' }];
  return new AppError('invalid_request', 'The cursor is not valid', { cause, details });
}
