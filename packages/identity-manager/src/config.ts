import { keyRingVariable, portVariable, programVariables } from '@envase/runtime';
import { z } from 'zod';

const perMinute = z.coerce.number().int().min(1).max(1_000_000);

/** Variables of the Identity Manager. */
export const identityManagerConfig = z.object({
  ...programVariables,
  ADMIN_PORT: programVariables.ADMIN_PORT.default(3011),

  PORT: portVariable.default(3001),
  HOST: z.string().optional().describe('address to listen at, all of them unless given'),
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),

  ISSUER: z
    .url({ protocol: /^https?$/ })
    .refine((url) => !/[?#]|\/$/.test(url), 'without a slash at the end, query and fragment')
    .default('http://localhost:3001')
    .describe('public address of this program; stands in every token'),
  KEY_RING: keyRingVariable.describe('keys that seal private keys at rest, id:base64,id2:base64'),
  SECRET_PEPPER: z.string().min(32).describe('key of the hashes of client secrets, 32 characters or more'),
  KEY_ROTATION_DAYS: z.coerce.number().min(1).max(365).default(30),

  TOKENS_PER_CLIENT_PER_MINUTE: perMinute.default(120),
  TOKENS_PER_ADDRESS_PER_MINUTE: perMinute.default(600),
});
export type IdentityManagerConfig = z.output<typeof identityManagerConfig>;
