import { loadConfig, runMain } from '@envase/runtime';
import { webhookDeliveryConfig } from './config.ts';
import { startWebhookDelivery } from './start.ts';

const config = loadConfig(webhookDeliveryConfig, process.env);

await runMain({
  program: 'webhook-delivery',
  level: config.LOG_LEVEL,
  start: (context) => startWebhookDelivery(config, context),
});
