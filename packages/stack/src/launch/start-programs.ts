import { fileURLToPath } from 'node:url';
import { startSimulator } from '@envase/simulator';
import { environmentOf, type ProgramName, type StackSettings } from './environment.ts';
import type { Logs } from './open-logs.ts';
import type { PortName } from './ports.ts';
import { runAsProcess } from './run-as-process.ts';
import { runInProcess } from './run-in-process.ts';
import type { RunningProgram } from './running-program.ts';
import { waitListening, waitReady } from './wait-ready.ts';

export interface ProgramsContext {
  settings: StackSettings;
  logs: Logs;
  /** File that keeps the simulated journeys. */
  stateFile: string;
  /** Each program as its own process, restarted when it dies. */
  asProcesses: boolean;
  report: (line: string) => void;
  /** Told of each started process. */
  onStart: (name: string, pid: number) => void;
  /** Takes what runs, as soon as it runs: it must be stopped whatever happens next. */
  running: RunningProgram[];
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

/** Of programs that others call: they may be ready a moment before they listen. */
const publicPorts: Partial<Record<ProgramName, PortName>> = {
  'identity-manager': 'identityManager',
  'connect-data': 'connectData',
  ops: 'ops',
};

/** Starts some programs at once and resolves when all are ready; the first failure is thrown once the others have settled. */
export async function startPrograms(names: readonly ProgramName[], context: ProgramsContext): Promise<void> {
  context.report(`Starting ${names.join(', ')}`);
  const settled = await Promise.allSettled(names.map((name) => startProgram(name, context)));
  const failed = settled.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
}

async function startProgram(name: ProgramName, context: ProgramsContext): Promise<void> {
  const { settings, logs, running, asProcesses } = context;
  const env = environmentOf(name, settings);
  const log = logs.open(name);
  if (asProcesses) running.push(spawnProgram(name, { env, context }));
  else running.push(await runInProcess(name, { env, log }));
  await waitStarted(name, settings).catch((error: unknown) => {
    context.report(`${name} said last:\n${logs.tail(name)}`);
    throw error;
  });
}

async function waitStarted(name: ProgramName, { ports }: StackSettings): Promise<void> {
  const at = (port: PortName) => `http://127.0.0.1:${ports[port]}`;
  await waitReady(name, `${at(adminPorts[name])}/health/ready`, readyWithinMs);
  const port = publicPorts[name];
  if (port) await waitListening(name, at(port), readyWithinMs);
}

function spawnProgram(
  name: ProgramName | 'simulator',
  by: { env: Record<string, string>; args?: string[]; context: ProgramsContext },
): RunningProgram {
  const { env, args = [], context } = by;
  return runAsProcess({
    name,
    entry: entryOf(`@envase/${name}`),
    args,
    env,
    log: context.logs.open(name),
    onStart: (pid) => context.onStart(name, pid),
    onDeath: (how) => context.report(`${name} ended (${how}) and is started again`),
  });
}

/** Starts the simulated providers. */
export async function startSimulated(context: ProgramsContext): Promise<void> {
  const { settings, logs, running, stateFile, report } = context;
  const { speed, ports } = settings;
  const port = ports.simulator;
  report('Starting simulator');
  if (context.asProcesses) {
    const args = ['--port', String(port), '--speed', String(speed), '--state', stateFile];
    running.push(spawnProgram('simulator', { env: {}, args, context }));
    await waitReady('simulator', `http://127.0.0.1:${port}/health`, readyWithinMs);
    return;
  }
  const log = logs.open('simulator');
  const simulator = await startSimulator({ port, speed, stateFile, log: (line) => log.write(`${line}\n`) });
  running.push({ name: 'simulator', pid: () => process.pid, stop: () => simulator.close() });
}

/** `main.ts` stands beside a package's public face. */
function entryOf(packageName: string): string {
  return fileURLToPath(new URL('./main.ts', import.meta.resolve(packageName)));
}
