import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { EngineConfig } from './config.ts';
import { EngineError, type Report } from './engine.ts';
import { installWithApt } from './install-with-apt.ts';
import { findOnPath, isExecutable, runCommand, tailOf } from './run-command.ts';

/** Runs as a separate program for development and tests only; never shipped, never in production. */
export const STAND_IN_VERSION = '0.7.0b3';

const FOLDER = `secantusdb-${STAND_IN_VERSION}`;

interface Deps {
  config: EngineConfig;
  report: Report;
}

/**
 * Path of `secantusd-py`, installed into the cache folder on first use. Every installer works in a folder of its
 * own and publishes it by one symbolic link, so any number may start at once on a cold cache.
 */
export async function installStandIn(deps: Deps): Promise<string> {
  const published = join(deps.config.cacheDir, FOLDER);
  const binary = join(published, 'bin', 'secantusd-py');
  if (await isExecutable(binary)) return binary;
  await mkdir(deps.config.cacheDir, { recursive: true });
  deps.report(
    `installing the stand-in SecantusDB ${STAND_IN_VERSION} into ${deps.config.cacheDir} (once, 15 s)`,
  );
  const own = await mkdtemp(join(deps.config.cacheDir, `${FOLDER}.`));
  try {
    await buildVenv(own, deps);
    await publish(own, published);
  } catch (error) {
    await rm(own, { recursive: true, force: true });
    throw error;
  }
  return binary;
}

async function buildVenv(dir: string, deps: Deps): Promise<void> {
  await createVenv(dir, deps);
  const python = join(dir, 'bin', 'python');
  const pip = await runCommand([
    ...([python, '-m', 'pip', 'install', '--quiet', '--no-input'] as const),
    '--disable-pip-version-check',
    `SecantusDB==${STAND_IN_VERSION}`,
  ]);
  if (!pip.ok)
    throw new EngineError(`pip cannot install SecantusDB ${STAND_IN_VERSION}:\n${tailOf(pip.output)}`);
}

async function createVenv(dir: string, deps: Deps): Promise<void> {
  const first = await tryVenv(dir, deps.config.path);
  if (first.ok) return;
  // Debian ships Python without venv; where we may, we add it.
  const installed = await installWithApt(['python3', 'python3-venv'], deps);
  const second = installed ? await tryVenv(dir, `${deps.config.path}:/usr/bin`) : first;
  if (!second.ok) throw new EngineError(`python3 -m venv failed:\n${tailOf(second.output)}`);
}

async function tryVenv(dir: string, path: string): Promise<{ ok: boolean; output: string }> {
  const python = await findOnPath('python3', path);
  if (python === undefined) return { ok: false, output: 'no python3 on the PATH' };
  return runCommand([python, '-m', 'venv', '--clear', dir]);
}

/** Another process may have published first: then its folder counts and ours goes. */
async function publish(own: string, published: string): Promise<void> {
  if (await link(own, published)) return;
  if (await isExecutable(join(published, 'bin', 'secantusd-py'))) {
    await rm(own, { recursive: true, force: true });
    return;
  }
  await rm(published, { recursive: true, force: true });
  await link(own, published);
}

async function link(own: string, published: string): Promise<boolean> {
  try {
    await symlink(basename(own), published);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false; // thrown by node:fs
    throw error;
  }
}
