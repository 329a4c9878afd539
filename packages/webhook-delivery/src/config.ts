import { hostsVariable, keyRingVariable, programVariables, queueVariables } from '@envase/runtime';
import { z } from 'zod';

/** Variables of the web-hook delivery. */
export const webhookDeliveryConfig = z.object({
  ...programVariables,
  ...queueVariables,
  KEY_RING: keyRingVariable.describe('keys that seal secrets at rest, id:base64,id2:base64'),
  ALLOW_HTTP_HOOKS: hostsVariable.describe('hosts that web-hooks may reach by http and on any port'),
  /** Hooks sent to at once by this process. A place costs little, and a hanging receiver holds one for 15 s. */
  CONCURRENCY: z.coerce.number().int().positive().default(200),
});
export type WebhookDeliveryConfig = z.output<typeof webhookDeliveryConfig>;
