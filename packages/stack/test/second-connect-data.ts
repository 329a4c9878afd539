import { fileURLToPath } from 'node:url';
import { findFreePort } from '@envase/engines';
import { environmentOf } from '../src/launch/environment.ts';
import { openLogs } from '../src/launch/open-logs.ts';
import { type Ports, portOffsets } from '../src/launch/ports.ts';
import { runAsProcess } from '../src/launch/run-as-process.ts';
import { loadSecrets } from '../src/launch/secrets.ts';
import { waitReady } from '../src/launch/wait-ready.ts';
import type { TestStack } from './test-stack.ts';

export interface SecondConnectData {
  port: number;
  /** Address of its readiness. */
  ready: string;
  pid(): number;
  stop(): Promise<void>;
}

const readyWithinMs = 60_000;

/** One more connect-data process beside a stack's own, on the same stores. `variables` are added to its own. */
export async function startSecondConnectData(
  test: TestStack,
  by: { variables?: Record<string, string>; onDeath: (how: string) => void },
): Promise<SecondConnectData> {
  const [port, adminPort] = [await findFreePort(), await findFreePort()];
  const program = runAsProcess({
    name: 'connect-data-2',
    entry: fileURLToPath(new URL('../../connect-data/src/main.ts', import.meta.url)),
    env: { ...variablesOf(test), PORT: String(port), ADMIN_PORT: String(adminPort), ...by.variables },
    log: openLogs(test.dataDir).open('connect-data-2'),
    onStart: () => undefined,
    onDeath: by.onDeath,
  });
  const ready = `http://127.0.0.1:${adminPort}/health/ready`;
  await waitReady('connect-data-2', ready, readyWithinMs);
  return { port, ready, pid: program.pid, stop: program.stop };
}

function variablesOf({ portBase, dataDir, stack }: TestStack): Record<string, string> {
  const { mongodbUri, redisUrl } = stack.file;
  return environmentOf('connect-data', {
    mongodbUri,
    redisUrl,
    queuePrefix: stack.queuePrefix,
    ports: portsFrom(portBase),
    secrets: loadSecrets(dataDir),
    speed: 60,
    allowHttpHooks: '127.0.0.1',
    logLevel: 'info',
  });
}

function portsFrom(base: number): Ports {
  // One entry for each name of the table.
  return Object.fromEntries(Object.entries(portOffsets).map(([name, at]) => [name, base + at])) as Ports;
}
