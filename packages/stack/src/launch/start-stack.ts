import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectDatabase, migrate } from '@envase/db';
import { type Engines, startEngines } from '@envase/engines';
import { createLogger } from '@envase/runtime';
import { startSimulator } from '@envase/simulator';
import { ensureClients } from './ensure-clients.ts';
import { databaseUri, environmentOf, type ProgramName, programNames, type StackSettings } from './environment.ts';
import { claimPorts, type PortName, type Ports } from './ports.ts';
import { runAsProcess } from './run-as-process.ts';
import { runInProcess } from './run-in-process.ts';
import type { RunningProgram } from './running-program.ts';
import { loadSecrets } from './secrets.ts';
import { type StackFile, writeStackFile } from './stack-file.ts';
import { waitReady } from './wait-ready.ts';

export interface StackOptions {
  dataDir: string;
  portBase: number;
  /** How many times less business waits last. */
  speed: number;
  /** Every program as its own process, restarted when it dies. */
  asProcesses: boolean;
  allowHttpHooks: string;
  logLevel: string;
  mongodbUri?: string | undefined;
  redisUrl?: string | undefined;
  /** Told what is being done while it is done. */
  report: (line: string) => void;
  failpoints?: StackSettings['failpoints'];
}

export interface Stack {
  file: StackFile;
  stop(): Promise<void>;
}

const readyWithinMs = 60_000;

const adminPorts: Record<ProgramName, PortName> = {
  'identity-manager': 'identityManagerAdmin',
  'connect-data': 'connectDataAdmin',
  'trace-manager': 'traceManagerAdmin',
  tracer: 'tracerAdmin',
  'webhook-delivery': 'webhookDeliveryAdmin',
  ops: 'opsAdmin',
};

/** Starts everything: engines, programs, simulator; resolves when all of it is ready and `stack.json` is written. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { dataDir, report } = options;
  const ports = await claimPorts(options.portBase);
  mkdirSync(join(dataDir, 'logs'), { recursive: true });
  const engines = await startEngines({
    dataDir,
    report,
    mongodbUri: options.mongodbUri,
    redisUrl: options.redisUrl,
  });
  const running: RunningProgram[] = [];
  const stop = async () => {
    for (const program of running.toReversed()) await program.stop();
    await engines.stop();
  };
  try {
    const file = await startAll(options, { engines, ports, running });
    return { file, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Parts {
  engines: Engines;
  ports: Ports;
  running: RunningProgram[];
}

async function startAll(options: StackOptions, { engines, ports, running }: Parts): Promise<StackFile> {
  const { dataDir, report } = options;
  const settings: StackSettings = {
    ...engines,
    ports,
    secrets: loadSecrets(dataDir),
    speed: options.speed,
    allowHttpHooks: options.allowHttpHooks,
    logLevel: options.logLevel,
    failpoints: options.failpoints ?? {},
  };
  const secrets = await prepareDatabase(settings, options);
  const [client] = secrets.clients;
  if (!client || !secrets.admin) throw new Error('The stack has no clients');
  const url = (name: PortName) => `http://127.0.0.1:${ports[name]}`;
  const file: StackFile = {
    urls: {
      connectData: url('connectData'),
      identityManager: url('identityManager'),
      ops: url('ops'),
      simulator: url('simulator'),
    },
    client,
    clients: secrets.clients,
    admin: secrets.admin,
    operator: secrets.operator,
    pids: { ...engines.pids },
    mongodbUri: databaseUri(engines.mongodbUri),
    redisUrl: engines.redisUrl,
    engine: engines.engine,
  };
  let isReady = false;
  const onStart = (name: string, pid: number) => {
    file.pids[name] = pid;
    if (isReady) writeStackFile(dataDir, file);
  };
  running.push(await startSimulated(options, { ports, onStart }));
  for (const name of programNames) {
    report(`Starting ${name}`);
    running.push(await startProgram(name, { options, settings, onStart }));
    await waitReady(name, `http://127.0.0.1:${ports[adminPorts[name]]}/health/ready`, readyWithinMs);
  }
  for (const program of running) file.pids[program.name] = program.pid();
  isReady = true;
  writeStackFile(dataDir, file);
  return file;
}

async function prepareDatabase(settings: StackSettings, { dataDir, report }: StackOptions) {
  const logger = createLogger({ program: 'stack', level: settings.logLevel, destination: logFile(dataDir, 'stack') });
  const db = await connectDatabase({ uri: databaseUri(settings.mongodbUri), logger });
  try {
    await migrate(db.connection, { report });
    return await ensureClients(db, { dataDir, secrets: settings.secrets });
  } finally {
    await db.close();
  }
}

type OnStart = (name: string, pid: number) => void;

async function startProgram(
  name: ProgramName,
  by: { options: StackOptions; settings: StackSettings; onStart: OnStart },
): Promise<RunningProgram> {
  const env = environmentOf(name, by.settings);
  const log = logFile(by.options.dataDir, name);
  if (!by.options.asProcesses) return runInProcess(name, { env, log });
  const entry = entryOf(`@envase/${name}`);
  return runAsProcess({ name, entry, env, log, onStart: (pid) => by.onStart(name, pid) });
}

async function startSimulated(
  options: StackOptions,
  by: { ports: Ports; onStart: OnStart },
): Promise<RunningProgram> {
  const { dataDir, speed } = options;
  const port = by.ports.simulator;
  const log = logFile(dataDir, 'simulator');
  if (!options.asProcesses) {
    const simulator = await startSimulator({ port, speed, log: (line) => log.write(`${line}\n`) });
    return { name: 'simulator', pid: () => process.pid, stop: () => simulator.close() };
  }
  const program = runAsProcess({
    name: 'simulator',
    entry: entryOf('@envase/simulator'),
    args: ['--port', String(port), '--speed', String(speed)],
    env: {},
    log,
    onStart: (pid) => by.onStart('simulator', pid),
  });
  await waitReady('simulator', `http://127.0.0.1:${port}/health`, readyWithinMs);
  return program;
}

/** `main.ts` stands beside a package's public face. */
function entryOf(packageName: string): string {
  return fileURLToPath(new URL('./main.ts', import.meta.resolve(packageName)));
}

function logFile(dataDir: string, name: string) {
  return createWriteStream(join(dataDir, 'logs', `${name}.log`), { flags: 'a' });
}
