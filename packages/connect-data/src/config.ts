import { createKeyRing, parseKeyRing, portVariable, programVariables, queueVariables } from '@envase/runtime';
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

const keyRing = z.string().transform((text, context) => {
  try {
    const config = parseKeyRing(text);
    createKeyRing(config);
    return config;
  } catch {
    // What is wrong is not told: it would quote the key.
    context.addIssue({ code: 'custom', message: 'write id:base64 of 32 bytes, the current key first' });
    return z.NEVER;
  }
});

/** `{"terminal49": "…"}` as JSON text. */
const hookSecrets = z
  .string()
  .default('{}')
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown; // parsed by the record next
    } catch {
      context.addIssue({ code: 'custom', message: 'not JSON' });
      return z.NEVER;
    }
  })
  .pipe(z.record(z.string(), z.string().min(8)));

/** Variables of Connect Data. */
export const connectDataConfig = z.object({
  ...programVariables,
  ADMIN_PORT: programVariables.ADMIN_PORT.default(3010),
  ...queueVariables,

  PORT: portVariable.default(3000),
  HOST: z.string().optional().describe('address to listen at, all of them unless given'),
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
  /** Above a burst of a thousand repeats of one publish, which must all be answered (quality R5). */
  MAX_IN_FLIGHT: z.coerce.number().int().positive().default(1_200),

  ISSUER: z.url().describe('who issues tokens, as in their iss claim'),
  JWKS_URL: z.url().describe("where the issuer's keys are"),

  KEY_RING: keyRing.describe('keys that seal secrets at rest, id:base64,id2:base64'),
  ALLOW_HTTP_HOOKS: hosts.describe('hosts that web-hooks may reach by http and on any port'),
  HOOK_SECRETS: hookSecrets.describe('secrets that providers sign with or send, by provider id, as JSON'),
  PUBLISHES_PER_MINUTE: z.coerce.number().int().positive().default(60_000),
});
export type ConnectDataConfig = z.output<typeof connectDataConfig>;
