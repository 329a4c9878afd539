import { loadConfig, runMain } from '@envase/runtime';
import { connectDataConfig } from './config.ts';
import { startConnectData } from './start.ts';

const config = loadConfig(connectDataConfig, process.env);

await runMain({
  program: 'connect-data',
  level: config.LOG_LEVEL,
  start: async (context) => {
    await startConnectData(config, context);
  },
});
