import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { EngineConfig } from '../src/config.ts';

/** A machine that has `sh` and nothing else, and a person who may not install; gone with the test. */
export async function bareMachine(): Promise<EngineConfig> {
  const path = await mkdtemp(join(tmpdir(), 'envase-bin-'));
  const cacheDir = await mkdtemp(join(tmpdir(), 'envase-cache-'));
  onTestFinished(async () => {
    await Promise.all([path, cacheDir].map((dir) => rm(dir, { recursive: true })));
  });
  return {
    path,
    cacheDir,
    isRoot: false,
  };
}

/** Puts a shell program on the machine's search path and returns its file. */
export async function addProgram(config: EngineConfig, name: string, script: string): Promise<string> {
  const file = join(config.path, name);
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return file;
}
