import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export interface DataFolder {
  dir: string;
  /** The folder to remove at the end; absent where the caller owns it. */
  removeDir?: string;
  /** Removes what is ours; does nothing to a folder of the caller. */
  remove(): Promise<void>;
}

/** The caller's folder, made where it is missing, or a temporary one of our own. */
export async function openDataFolder(dataDir: string | undefined, name: string): Promise<DataFolder> {
  if (dataDir !== undefined) {
    const dir = resolve(dataDir);
    await mkdir(dir, { recursive: true });
    return { dir, remove: async () => undefined };
  }
  const dir = await mkdtemp(join(tmpdir(), `envase-${name}-`));
  return { dir, removeDir: dir, remove: () => rm(dir, { recursive: true, force: true }) };
}
