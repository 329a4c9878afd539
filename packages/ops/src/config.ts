import { portVariable, programVariables, queueVariables } from '@envase/runtime';
import { z } from 'zod';

/** Variables of Ops. The board is read-only unless BOARD_WRITABLE is `true`. */
export const opsConfig = z.object({
  ...programVariables,
  ...queueVariables,
  PORT: portVariable.default(3002),
  HOST: z.string().default('127.0.0.1'),
  OPERATOR_USERNAME: z.string().min(1),
  OPERATOR_PASSWORD: z.string().min(12).describe('password of the operator, at least 12 characters'),
  BOARD_WRITABLE: z.stringbool().default(false),
});
export type OpsConfig = z.output<typeof opsConfig>;
