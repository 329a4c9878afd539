import { connectDataConfig, startConnectData } from '@envase/connect-data';
import { identityManagerConfig, startIdentityManager } from '@envase/identity-manager';
import { opsConfig, startOps } from '@envase/ops';
import {
  createLogger,
  createShutdown,
  type LoggerOptions,
  loadConfig,
  type MainContext,
} from '@envase/runtime';
import { startTraceManager, traceManagerConfig } from '@envase/trace-manager';
import { startTracer, tracerConfig } from '@envase/tracer';
import { startWebhookDelivery, webhookDeliveryConfig } from '@envase/webhook-delivery';
import type { ProgramName } from './environment.ts';
import type { RunningProgram } from './running-program.ts';

type Start = (env: Record<string, string>, context: MainContext) => Promise<{ port: number }> | Promise<void>;

/** A program in this process; `port` is where it listens, if others call it. */
export interface InnerProgram extends RunningProgram {
  port: number | undefined;
}

const starts: Record<ProgramName, Start> = {
  'identity-manager': (env, context) => startIdentityManager(loadConfig(identityManagerConfig, env), context),
  'connect-data': (env, context) => startConnectData(loadConfig(connectDataConfig, env), context),
  'trace-manager': (env, context) => startTraceManager(loadConfig(traceManagerConfig, env), context),
  tracer: (env, context) => startTracer(loadConfig(tracerConfig, env), context),
  'webhook-delivery': (env, context) => startWebhookDelivery(loadConfig(webhookDeliveryConfig, env), context),
  ops: (env, context) => startOps(loadConfig(opsConfig, env), context),
};

/** Starts a program inside this process; its log lines go to `log`. What was opened is closed where the start fails. */
export async function runInProcess(
  name: ProgramName,
  how: { env: Record<string, string>; log: NonNullable<LoggerOptions['destination']> },
): Promise<InnerProgram> {
  const { env, log } = how;
  const logger = createLogger({ program: name, level: env.LOG_LEVEL ?? 'info', destination: log });
  const shutdown = createShutdown({ logger });
  let started: Awaited<ReturnType<Start>>;
  try {
    started = await starts[name](env, { logger, shutdown });
  } catch (error) {
    await shutdown.run('failed start');
    throw error;
  }
  return {
    name,
    pid: () => process.pid,
    port: started?.port,
    stop: async () => {
      await shutdown.run('stack stops');
    },
  };
}
