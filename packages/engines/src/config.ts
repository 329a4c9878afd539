import { homedir } from 'node:os';
import { join } from 'node:path';

/** What this machine offers to the engines. */
export interface EngineConfig {
  /** The search path for programs. */
  path: string;
  /** Where downloaded stand-ins are kept between runs. */
  cacheDir: string;
  /** An executable that takes mongod's flags. */
  mongodBinary?: string;
  /** mongodb-memory-server was told where to download from. */
  hasDownloadMirror: boolean;
  isRoot: boolean;
}

/** Reads the variables README.md lists; blanks count as unset. */
export function readEngineConfig(env: NodeJS.ProcessEnv = process.env): EngineConfig {
  return {
    path: env.PATH ?? '',
    cacheDir: env.ENVASE_CACHE_DIR || join(homedir(), '.cache', 'envase-trace'),
    hasDownloadMirror: Boolean(env.MONGOMS_DOWNLOAD_MIRROR || env.MONGOMS_DOWNLOAD_URL),
    isRoot: process.getuid?.() === 0,
    ...(env.MONGOMS_SYSTEM_BINARY ? { mongodBinary: env.MONGOMS_SYSTEM_BINARY } : {}),
  };
}

/** The environment for a child: ours, and what is added. */
export function childEnvironment(added: Record<string, string> = {}): NodeJS.ProcessEnv {
  return { ...process.env, ...added };
}
