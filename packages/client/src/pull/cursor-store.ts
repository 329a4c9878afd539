import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Where a consumer remembers what it has handled. One consumer per store. */
export interface CursorStore {
  /** The cursor that was saved last; null before the first. */
  load(): Promise<string | null>;
  /** Durable when it resolves. */
  save(cursor: string): Promise<void>;
}

/**
 * Keeps the cursor in a file, whose folder must be there. It is written anew beside it, flushed to the disk and put in
 * its place, so a crash at any moment leaves the old cursor or the new one, never half of one.
 */
export function createFileCursor(path: string): CursorStore {
  return {
    async load() {
      try {
        const text = (await readFile(path, 'utf8')).trim();
        return text === '' ? null : text;
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
        throw error;
      }
    },
    async save(cursor) {
      const draft = `${path}.${randomUUID()}`;
      try {
        await writeDurably(draft, `${cursor}\n`);
        await rename(draft, path);
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
      await syncFolder(dirname(path));
    },
  };
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The new name is durable only with its folder; Windows knows no such thing. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
