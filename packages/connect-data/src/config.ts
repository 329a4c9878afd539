import { portVariable, programVariables, queueVariables } from '@envase/runtime';
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

/** Variables of Connect Data. */
export const connectDataConfig = z.object({
  ...programVariables,
  ...queueVariables,
  PORT: portVariable.default(3000),
  HOST: z.string().optional(),
  ISSUER: z.url().describe('who issues tokens, as in their iss claim'),
  JWKS_URL: z.url().describe("where the issuer's keys are"),
  KEY_RING: z.string().describe('keys that seal secrets at rest, id:base64,id2:base64'),
  ALLOW_HTTP_HOOKS: hosts.describe('hosts that web-hooks may reach by http and on any port'),
  PUBLISHES_PER_MINUTE: z.coerce.number().int().positive().default(6_000),
  MAX_IN_FLIGHT: z.coerce.number().int().positive().default(500),
  TRUSTED_PROXIES: z.coerce.number().int().min(0).default(0),
});
export type ConnectDataConfig = z.output<typeof connectDataConfig>;
