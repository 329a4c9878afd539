import { programVariables, queueVariables } from '@envase/runtime';
import { z } from 'zod';

const hosts = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((host) => host.trim())
      .filter((host) => host !== ''),
  );

/** Variables of the web-hook delivery. */
export const webhookDeliveryConfig = z.object({
  ...programVariables,
  ...queueVariables,
  KEY_RING: z.string().describe('keys that seal secrets at rest, id:base64,id2:base64'),
  ALLOW_HTTP_HOOKS: hosts.describe('hosts that web-hooks may reach by http and on any port'),
  /** Hooks sent to at once by this process. A place costs little, and a hanging receiver holds one for 15 s. */
  CONCURRENCY: z.coerce.number().int().positive().default(200),
});
export type WebhookDeliveryConfig = z.output<typeof webhookDeliveryConfig>;
