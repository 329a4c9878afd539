import { AppError } from '@envase/runtime';

/** Where a page ended: the last item's id, and its time where the list is not in the order of ids. */
export interface Mark {
  id: string;
  at?: Date;
}

/** An opaque cursor: base64url of the list's kind, the last id and its time. */
export function encodeCursor(kind: string, mark: Mark): string {
  const parts = mark.at === undefined ? [kind, mark.id] : [kind, mark.id, mark.at.getTime()];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** Reads a cursor of this kind of list; throws `invalid_request` at `query.cursor` for one that we did not give. */
export function decodeCursor(kind: string, cursor: string, isOwn: (id: string) => boolean): Mark {
  const [given, id, at, ...rest] = readParts(cursor);
  const isMark = given === kind && typeof id === 'string' && id.length > 0 && rest.length === 0;
  if (!isMark || !isOwn(id)) throw refuse();
  if (at === undefined) return giveBack(kind, { id }, cursor);
  if (typeof at !== 'number' || Number.isNaN(new Date(at).getTime())) throw refuse();
  return giveBack(kind, { id, at: new Date(at) }, cursor);
}

/** Only the spelling that we gave: base64 decoders overlook a lot. */
function giveBack(kind: string, mark: Mark, cursor: string): Mark {
  if (encodeCursor(kind, mark) !== cursor) throw refuse();
  return mark;
}

function readParts(cursor: unknown): unknown[] {
  if (typeof cursor !== 'string') throw refuse();
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(parts)) return parts;
  } catch (error) {
    throw refuse(error);
  }
  throw refuse();
}

function refuse(cause?: unknown): AppError {
  const details = [{ path: 'query.cursor', message: 'was not given by this list' }];
  return new AppError('invalid_request', 'The cursor is not valid', { cause, details });
}
