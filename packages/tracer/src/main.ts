import { loadConfig, runMain } from '@envase/runtime';
import { tracerConfig } from './config.ts';
import { startTracer } from './start.ts';

const config = loadConfig(tracerConfig, process.env);

await runMain({
  program: 'tracer',
  level: config.LOG_LEVEL,
  start: (context) => startTracer(config, context),
});
