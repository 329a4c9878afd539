import { loadConfig, runMain } from '@envase/runtime';
import { opsConfig } from './config.ts';
import { startOps } from './start.ts';

const config = loadConfig(opsConfig, process.env);

await runMain({
  program: 'ops',
  level: config.LOG_LEVEL,
  start: async (context) => {
    await startOps(config, context);
  },
});
