import {
  hostsVariable,
  jsonVariable,
  keyRingVariable,
  portVariable,
  programVariables,
  queueVariables,
} from '@envase/runtime';
import { z } from 'zod';

/** `{"terminal49": "…"}` as JSON text. */
const hookSecrets = jsonVariable.prefault('{}').pipe(z.record(z.string(), z.string().min(8)));

/** `{"bnsf": "https://…"}` as JSON text. */
const providerUrls = jsonVariable.prefault('{}').pipe(z.record(z.string(), z.url()));

/** Variables of Connect Data. */
export const connectDataConfig = z.object({
  ...programVariables,
  ADMIN_PORT: programVariables.ADMIN_PORT.default(3010),
  ...queueVariables,

  PORT: portVariable.default(3000),
  HOST: z.string().optional().describe('address to listen at, all of them unless given'),
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
  /** Above a burst of a thousand repeats of one publish, which must all be answered (quality R5); publishes have fewer places. */
  MAX_IN_FLIGHT: z.coerce.number().int().positive().default(1_200),

  ISSUER: z.url().describe('who issues tokens, as in their iss claim'),
  JWKS_URL: z.url().describe("where the issuer's keys are"),

  KEY_RING: keyRingVariable.describe('keys that seal secrets at rest, id:base64,id2:base64'),
  ALLOW_HTTP_HOOKS: hostsVariable.describe('hosts that web-hooks may reach by http and on any port'),
  HOOK_SECRETS: hookSecrets.describe('secrets that providers sign with or send, by provider id, as JSON'),
  PROVIDER_URLS: providerUrls.describe('where providers are asked whether they take a login, as JSON'),
  PUBLISHES_PER_MINUTE: z.coerce.number().int().positive().default(60_000),
  REFRESHES_PER_MINUTE: z.coerce.number().int().positive().default(60),
});
export type ConnectDataConfig = z.output<typeof connectDataConfig>;
