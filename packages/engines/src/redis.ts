import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type EngineConfig, readEngineConfig } from './config.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import { EngineError, givenEngine, type Report, type RunningEngine } from './engine.ts';
import { findRedis } from './find-redis.ts';
import { findFreePort } from './free-port.ts';
import { guardChild } from './guard-child.ts';
import { tailOf } from './run-command.ts';

const START_MS = 15_000;
const STOP_MS = 10_000;
const POLL_MS = 25;
const PORT_TRIES = 5;

export interface RedisOptions {
  /** Data lives here and survives a restart; without it a temporary folder is removed at `stop`. */
  dataDir?: string | undefined;
  /** Default: a free one. */
  port?: number | undefined;
  /** Use this server and start none. */
  redisUrl?: string | undefined;
  report?: Report | undefined;
  config?: EngineConfig | undefined;
}

/** Starts a private Redis on 127.0.0.1 (append-only, no eviction); throws `EngineError` where it cannot. */
export async function startRedis(options: RedisOptions = {}): Promise<RunningEngine> {
  if (options.redisUrl) return givenEngine(options.redisUrl, 'Redis (given)');
  const report: Report = (line) => options.report?.(`Redis: ${line}`);
  const found = await findRedis({ config: options.config ?? readEngineConfig(), report });
  const folder = await openDataFolder(options.dataDir, 'redis');
  try {
    return await launch({ ...found, folder, port: options.port });
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

interface Launch {
  binary: string;
  name: string;
  folder: DataFolder;
  port: number | undefined;
}

async function launch({ binary, name, folder, port }: Launch): Promise<RunningEngine> {
  const tries = port === undefined ? PORT_TRIES : 1;
  for (let left = tries; ; left--) {
    const chosen = port ?? (await findFreePort());
    const child = spawn(binary, redisArguments(chosen), { cwd: folder.dir, detached: true, stdio: 'ignore' });
    const exited = once(child, 'exit');
    if (await isReady(child, chosen)) return runningRedis({ child, exited, name, folder, port: chosen });
    if (left <= 1) throw new EngineError(`redis-server did not start\n${await logTail(folder.dir)}`);
  }
}

function redisArguments(port: number): string[] {
  const flags = {
    port: String(port),
    bind: '127.0.0.1',
    appendonly: 'yes',
    appendfsync: 'everysec',
    'maxmemory-policy': 'noeviction',
    save: '',
    logfile: 'redis.log',
  };
  return Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, value]);
}

interface Running {
  child: ChildProcess;
  exited: Promise<unknown>;
  name: string;
  folder: DataFolder;
  port: number;
}

function runningRedis({ child, exited, name, folder, port }: Running): RunningEngine {
  const pid = child.pid as number; // it answered a ping, so it was spawned
  const release = guardChild({ pid, removeDir: folder.removeDir });
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    if (isGone(child)) return;
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await exited;
    clearTimeout(timer);
  };
  return {
    uri: `redis://127.0.0.1:${port}`,
    name,
    pid,
    port,
    stop: async () => {
      await end('SIGTERM');
      release();
      await folder.remove();
    },
    kill: async () => {
      await end('SIGKILL');
      release();
    },
  };
}

function isGone(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function isReady(child: ChildProcess, port: number): Promise<boolean> {
  const until = Date.now() + START_MS;
  while (!isGone(child) && Date.now() < until) {
    if (await answersAs(child.pid, port)) return true;
    await delay(POLL_MS);
  }
  child.kill('SIGKILL');
  return false;
}

/** Asks who answers as well: another server may sit on the port. One that still loads its file is not ready. */
function answersAs(pid: number | undefined, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write('INFO server\r\nPING\r\nQUIT\r\n'));
    socket.setTimeout(1000, () => socket.destroy());
    socket.on('data', (data) => {
      answer += data.toString();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(answer.includes(`process_id:${pid}\r\n`) && answer.includes('+PONG')));
  });
}

async function logTail(dir: string): Promise<string> {
  try {
    return tailOf(await readFile(join(dir, 'redis.log'), 'utf8'));
  } catch {
    return 'it wrote no log';
  }
}
