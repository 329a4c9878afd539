import { portVariable, programVariables, queueVariables } from '@envase/runtime';
import { z } from 'zod';

/** Variables of Ops. The board is read-only unless BOARD_WRITABLE is `true`. */
export const opsConfig = z.object({
  ...programVariables,
  ADMIN_PORT: programVariables.ADMIN_PORT.default(3012),
  ...queueVariables,

  PORT: portVariable.default(3002),
  HOST: z.string().default('127.0.0.1'),
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('address that operators open; with https the session cookie is Secure'),

  OPERATOR_USERNAME: z.string().min(1).describe('name the operator logs in with'),
  OPERATOR_PASSWORD: z.string().min(12).describe('password of the operator, 12 characters or more'),
  BOARD_WRITABLE: z.stringbool().default(false),
});
export type OpsConfig = z.output<typeof opsConfig>;
