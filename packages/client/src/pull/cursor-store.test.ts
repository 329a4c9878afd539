import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createFileCursor } from './cursor-store.ts';

let dir: string;
let path: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'envase-cursor-'));
  path = join(dir, 'cursor');
  onTestFinished(() => rm(dir, { recursive: true }));
});

describe('a cursor in a file', () => {
  it('is null before the first, and then what was saved last, also for the next process', async () => {
    const cursor = createFileCursor(path);
    expect(await cursor.load()).toBeNull();
    await cursor.save('c1');
    await cursor.save('c2');
    expect(await createFileCursor(path).load()).toBe('c2');
    expect(await readdir(dir)).toEqual(['cursor']);
  });

  it('is whole at any moment, whoever reads it while it is written', async () => {
    const cursor = createFileCursor(path);
    const long = (n: number) => `${n}`.repeat(5_000);
    await cursor.save(long(1));
    const seen = new Set<string>();
    let isWriting = true;
    const reading = (async () => {
      while (isWriting) seen.add((await readFile(path, 'utf8')).trim());
    })();
    for (const n of [2, 3, 4, 5, 6, 7, 8, 9]) await cursor.save(long(n));
    isWriting = false;
    await reading;
    const whole = [1, 2, 3, 4, 5, 6, 7, 8, 9].map(long);
    expect([...seen].filter((text) => !whole.includes(text))).toEqual([]);
  });

  it('stays as it was where it cannot be written, and leaves nothing behind', async () => {
    await createFileCursor(path).save('c1');
    await expect(createFileCursor(join(dir, 'absent', 'cursor')).save('c2')).rejects.toMatchObject({
      code: 'ENOENT',
    });
    // A folder cannot be taken the place of.
    await expect(createFileCursor(dir).save('c2')).rejects.toThrow();
    expect(await createFileCursor(path).load()).toBe('c1');
    expect(await readdir(dir)).toEqual(['cursor']);
  });

  it('is null where the file is empty, and an error where it cannot be read', async () => {
    await writeFile(path, '');
    expect(await createFileCursor(path).load()).toBeNull();
    await expect(createFileCursor(dir).load()).rejects.toMatchObject({ code: 'EISDIR' });
  });
});
