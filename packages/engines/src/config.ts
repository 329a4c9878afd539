import { homedir } from 'node:os';
import { join } from 'node:path';

const DOWNLOAD_PROBE = 'https://fastdl.mongodb.org/linux/mongodb-linux-x86_64-ubuntu2204-8.2.6.tgz';

/** What this machine offers to the engines. */
export interface EngineConfig {
  /** The search path for programs. */
  path: string;
  /** Where downloaded stand-ins are kept between runs. */
  cacheDir: string;
  /** An executable that takes mongod's flags. */
  mongodBinary?: string;
  /** How MongoDB may be downloaded; absent: not at all. */
  download?: {
    dir: string;
    /** Answers HEAD where the download can work; absent: we were told where to download from, so do not ask. */
    probe?: string;
  };
  isRoot: boolean;
}

/** Reads the variables README.md lists; blanks count as unset. */
export function readEngineConfig(env: NodeJS.ProcessEnv = process.env): EngineConfig {
  const cacheDir = env.ENVASE_CACHE_DIR || join(homedir(), '.cache', 'envase-trace');
  const isToldWhere = Boolean(env.MONGOMS_DOWNLOAD_MIRROR || env.MONGOMS_DOWNLOAD_URL);
  return {
    path: env.PATH ?? '',
    cacheDir,
    download: {
      dir: env.MONGOMS_DOWNLOAD_DIR || cacheDir,
      ...(isToldWhere ? {} : { probe: DOWNLOAD_PROBE }),
    },
    isRoot: process.getuid?.() === 0,
    ...(env.MONGOMS_SYSTEM_BINARY ? { mongodBinary: env.MONGOMS_SYSTEM_BINARY } : {}),
  };
}

/** The environment for a child: ours, and what is added. */
export function childEnvironment(added: Record<string, string> = {}): NodeJS.ProcessEnv {
  return { ...process.env, ...added };
}
