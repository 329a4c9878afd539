import { loadConfig, runMain } from '@envase/runtime';
import { traceManagerConfig } from './config.ts';
import { startTraceManager } from './start.ts';

const config = loadConfig(traceManagerConfig, process.env);

await runMain({
  program: 'trace-manager',
  level: config.LOG_LEVEL,
  start: (context) => startTraceManager(config, context),
});
