import { randomBytes } from 'node:crypto';
import { createLogger, createShutdown, loadConfig } from '@envase/runtime';
import { simulatedProviders, startSimulator } from '@envase/simulator';
import { serveHalf } from '@envase/testing';
import { tracerConfig } from '../src/config.ts';
import { startTracer } from '../src/start.ts';

// A tracer on the stores of whoever started it, and the simulated provider it asks, for `pnpm bench schedule`. What it has "stored"
// are the requests of the operation that was used most; a log-in, which names no container, is none.
const provider = simulatedProviders.find(({ id }) => id === 'apm');
const secret = (what: string) => provider?.credentials.find((one) => one.what === what)?.value;
const simulator = await startSimulator({ speed: 1 });
const logger = createLogger({ program: 'tracer', level: 'warn', destination: process.stderr });
const apm = {
  baseUrl: simulator.baseUrls.apm,
  credentials: { clientId: secret('client_id'), clientSecret: secret('client_secret') },
};
const config = loadConfig(tracerConfig, {
  // biome-ignore lint/style/noProcessEnv: whoever starts it names its stores this way
  ...process.env,
  ADMIN_PORT: '0',
  PROVIDERS: JSON.stringify({ apm }),
  KEY_RING: `r1:${randomBytes(32).toString('base64')}`,
});
await startTracer(config, { logger, shutdown: createShutdown({ logger }) });
serveHalf(simulator.baseUrls.apm ?? '', async () => {
  const asked = simulator.control.requests({ providerId: 'apm' });
  const byOperation = Map.groupBy(asked, ({ operation }) => operation);
  return Math.max(
    0,
    ...[...byOperation].map(([, requests]) => requests.filter(({ boxes }) => boxes.length > 0).length),
  );
});
