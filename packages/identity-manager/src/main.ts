import { loadConfig, runMain } from '@envase/runtime';
import { identityManagerConfig } from './config.ts';
import { startIdentityManager } from './start.ts';

const config = loadConfig(identityManagerConfig, process.env);

await runMain({
  program: 'identity-manager',
  level: config.LOG_LEVEL,
  start: async (context) => {
    const ports = await startIdentityManager(config, context);
    context.logger.info(ports, 'Listening');
  },
});
