import { join } from 'node:path';
import { MongoMemoryServer } from 'mongodb-memory-server';
import { childEnvironment, type EngineConfig, readEngineConfig } from './config.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import { EngineError, givenEngine, type Report, type RunningEngine } from './engine.ts';
import { type FoundMongod, findMongod } from './find-mongod.ts';
import { guardChild } from './guard-child.ts';

const LAUNCH_MS = 60_000;
/** For the wrapper of the stand-in; mongod keeps a journal anyway. */
const SYNCED = { ENVASE_STAND_IN_SYNC: '--sync-on-commit' };

export interface MongoOptions {
  /**
   * Data lives in a folder of this folder, one for each kind of server, and what was acknowledged survives a kill. Without it
   * all is gone at the end, and nothing waits for the disk (the stand-in costs a third less).
   */
  dataDir?: string | undefined;
  /** Default: a free one. */
  port?: number | undefined;
  /** Use this server and start none. */
  mongodbUri?: string | undefined;
  report?: Report | undefined;
  config?: EngineConfig | undefined;
}

/** Starts a private server that speaks MongoDB's protocol on 127.0.0.1; throws `EngineError` where it cannot. */
export async function startMongo(options: MongoOptions = {}): Promise<RunningEngine> {
  if (options.mongodbUri) return givenEngine(options.mongodbUri, 'MongoDB (given)');
  const report: Report = (line) => options.report?.(`MongoDB: ${line}`);
  const found = await findMongod({ config: options.config ?? readEngineConfig(), report });
  const dataDir = options.dataDir === undefined ? undefined : join(options.dataDir, found.format);
  const folder = await openDataFolder(dataDir, 'mongodb');
  try {
    const isKept = dataDir !== undefined;
    const server = await launch(found, { dbPath: folder.dir, isKept, port: options.port });
    return runningMongo({ server, found, folder });
  } catch (error) {
    await folder.remove();
    throw new EngineError(`${found.name} did not start: ${error instanceof Error ? error.message : error}`);
  }
}

async function launch(
  { binary, version, env }: FoundMongod,
  { dbPath, isKept, port }: { dbPath: string; isKept: boolean; port: number | undefined },
): Promise<MongoMemoryServer> {
  const instance = { dbPath, launchTimeout: LAUNCH_MS, ip: '127.0.0.1' };
  return MongoMemoryServer.create({
    instance: port === undefined ? instance : { ...instance, port, portGeneration: false },
    binary: { systemBinary: binary, version },
    // Detached: Ctrl-C reaches the programs, which still write, and not the server below them.
    spawn: { detached: true, env: childEnvironment(isKept ? { ...env, ...SYNCED } : env) },
  });
}

function runningMongo({
  server,
  found,
  folder,
}: {
  server: MongoMemoryServer;
  found: FoundMongod;
  folder: DataFolder;
}): RunningEngine {
  const info = server.instanceInfo;
  const pid = info?.instance.mongodProcess?.pid;
  if (info === undefined || pid === undefined) throw new EngineError('it ended at once');
  const release = guardChild({ pid, removeDir: folder.removeDir });
  const end = async () => {
    await server.stop({ doCleanup: false });
    release();
  };
  const kill = async () => {
    info.instance.mongodProcess?.kill('SIGKILL');
    await end();
  };
  return {
    uri: `mongodb://127.0.0.1:${info.port}`,
    name: found.name,
    pid,
    port: info.port,
    stop: async () => {
      // A good end takes the stand-in two seconds: not for data that goes anyway.
      await (folder.removeDir === undefined ? end() : kill());
      await folder.remove();
    },
    kill,
  };
}
