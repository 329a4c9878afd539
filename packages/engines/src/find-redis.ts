import type { EngineConfig } from './config.ts';
import { EngineError, type Report } from './engine.ts';
import { installWithApt } from './install-with-apt.ts';
import { findOnPath, runCommand } from './run-command.ts';

// Where apt puts it, should the search path be a narrow one.
const DEBIAN_BIN = '/usr/bin';

const MISSING = `no Redis: set REDIS_URL to a running one, or install redis-server:
  Debian, Ubuntu   sudo apt-get install -y redis-server
  macOS            brew install redis
  with Docker      docker run -d -p 6379:6379 redis:7 and REDIS_URL=redis://127.0.0.1:6379`;

export interface FoundRedis {
  binary: string;
  name: string;
}

/** `redis-server` from the path, or from apt where we may install; throws `EngineError` saying what to install. */
export async function findRedis(deps: { config: EngineConfig; report: Report }): Promise<FoundRedis> {
  const binary = (await findOnPath('redis-server', deps.config.path)) ?? (await installRedis(deps));
  if (binary === undefined) throw new EngineError(MISSING);
  const version = await runCommand([binary, '--version']);
  return { binary, name: `Redis ${/v=(\S+)/.exec(version.output)?.[1] ?? '(unknown version)'}` };
}

async function installRedis(deps: { config: EngineConfig; report: Report }): Promise<string | undefined> {
  if (!(await installWithApt(['redis-server'], deps))) return undefined;
  return findOnPath('redis-server', `${deps.config.path}:${DEBIAN_BIN}`);
}
