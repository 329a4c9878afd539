import { join, resolve } from 'node:path';
import { connectDatabase, migrate } from '@envase/db';
import { type Engines, startEngines } from '@envase/engines';
import { createLogger, type Logger } from '@envase/runtime';
import { databaseUri } from './database-uri.ts';
import { ensureClients } from './ensure-clients.ts';
import { environmentOf, type StackSettings } from './environment.ts';
import { giveCallbacks } from './give-callbacks.ts';
import { lockFolder } from './lock-folder.ts';
import { type Logs, openLogs } from './open-logs.ts';
import { claimPorts, type PortName, type Ports } from './ports.ts';
import type { RunningProgram } from './running-program.ts';
import { loadSecrets, type StackSecrets } from './secrets.ts';
import { removeStackFile, type StackFile, writeStackFile } from './stack-file.ts';
import { startPrograms, startSimulated } from './start-programs.ts';
import { stopInOrder } from './stop-in-order.ts';

export interface StackOptions {
  dataDir: string;
  portBase: number;
  /** How many times less business waits last. */
  speed: number;
  /** Every program as its own process, restarted when it dies. */
  asProcesses: boolean;
  /** Hosts that web-hooks may reach by http, comma-separated. */
  allowHttpHooks: string;
  logLevel: string;
  /** Use these servers and start none. */
  mongodbUri?: string | undefined;
  redisUrl?: string | undefined;
  /** Told what is being done while it is done. */
  report: (line: string) => void;
}

export interface Stack {
  file: StackFile;
  /** Of every queue and key in Redis. */
  queuePrefix: string;
  /** Stops the programs in order, then the engines; the data folder stays as it is. */
  stop(): Promise<void>;
}

/**
 * Starts everything: engines, programs, simulator; resolves when all of it is ready and `stack.json` is written. Throws
 * LaunchError for a busy port and a data folder in use, EngineError where an engine is not to be had.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const dataDir = resolve(options.dataDir);
  const lock = await lockFolder(dataDir, options.report);
  const logs = openLogs(dataDir);
  const running: RunningProgram[] = [];
  let engines: Engines | undefined;
  const stop = async () => {
    lock.markStopping();
    removeStackFile(dataDir);
    await stopInOrder(running, options.report);
    await engines?.stop();
    await logs.close();
    await lock.release();
  };
  try {
    removeStackFile(dataDir);
    const ports = await claimPorts(options.portBase);
    engines = await startEngines({ ...options, dataDir });
    const settings = settingsOf({ ...options, dataDir }, { engines, ports });
    const file = await startAll({ ...options, dataDir }, { engines, settings, logs, running });
    return { file, queuePrefix: settings.queuePrefix, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function settingsOf(options: StackOptions, by: { engines: Engines; ports: Ports }): StackSettings {
  const { engines, ports } = by;
  const secrets = loadSecrets(options.dataDir);
  // Servers of our own hold nothing else; on servers that are given, each stack has its own corner.
  const database = engines.pids.mongodb === undefined ? `envase_${secrets.instance}` : 'envase_trace';
  const queuePrefix = engines.pids.redis === undefined ? `envase-${secrets.instance}` : 'envase';
  return {
    mongodbUri: databaseUri(engines.mongodbUri, database),
    redisUrl: engines.redisUrl,
    queuePrefix,
    ports,
    secrets,
    speed: options.speed,
    allowHttpHooks: options.allowHttpHooks,
    logLevel: options.logLevel,
  };
}

interface Parts {
  engines: Engines;
  settings: StackSettings;
  logs: Logs;
  running: RunningProgram[];
}

async function startAll(options: StackOptions, parts: Parts): Promise<StackFile> {
  const { dataDir, asProcesses, report } = options;
  const { engines, settings, logs, running } = parts;
  const logger = createLogger({
    program: 'stack',
    level: settings.logLevel,
    destination: logs.open('stack'),
  });
  const secrets = await prepareDatabase(settings, { dataDir, report, logger });
  const file = describe(settings, { secrets, engines });
  let isReady = false;
  const onStart = (name: string, pid: number) => {
    file.pids[name] = pid;
    if (isReady) writeStackFile(dataDir, file);
  };
  const stateFile = join(dataDir, 'simulator-state.jsonl');
  const context = { settings, logs, stateFile, asProcesses, report, onStart, running };
  await startSimulated(context);
  // The others verify tokens with its keys.
  await startPrograms(['identity-manager'], context);
  await startPrograms(['connect-data', 'trace-manager', 'tracer', 'webhook-delivery', 'ops'], context);
  await giveCallbacks(settings);
  for (const program of running) file.pids[program.name] = program.pid();
  isReady = true;
  writeStackFile(dataDir, file);
  return file;
}

async function prepareDatabase(
  settings: StackSettings,
  by: { dataDir: string; report: (line: string) => void; logger: Logger },
) {
  const { dataDir, report, logger } = by;
  const db = await connectDatabase({ uri: settings.mongodbUri, logger });
  try {
    await migrate(db.connection, { report });
  } finally {
    await db.close();
  }
  const env = environmentOf('identity-manager', settings);
  return ensureClients({ dataDir, secrets: settings.secrets, env, logger });
}

function describe(
  settings: StackSettings,
  by: { secrets: Awaited<ReturnType<typeof ensureClients>>; engines: Engines },
): StackFile {
  const { secrets, engines } = by;
  const url = (name: PortName) => `http://127.0.0.1:${settings.ports[name]}`;
  return {
    urls: {
      connectData: url('connectData'),
      identityManager: url('identityManager'),
      ops: url('ops'),
      simulator: url('simulator'),
    },
    client: firstOf(secrets.clients),
    clients: secrets.clients,
    admin: secrets.admin,
    operator: secrets.operator,
    pids: { ...engines.pids },
    mongodbUri: settings.mongodbUri,
    redisUrl: settings.redisUrl,
    engine: engines.engine,
  };
}

function firstOf(clients: StackSecrets['clients']) {
  const [client] = clients;
  if (!client) throw new Error('The stack has no clients');
  return client;
}
