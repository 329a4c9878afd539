import { z } from 'zod';
import { createKeyRing, parseKeyRing } from './key-ring.ts';

const port = z.coerce.number().int().min(0).max(65_535);

/** Variables that every program reads; each adds its own to this shape. */
export const programVariables = {
  MONGODB_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//)
    .describe('address of MongoDB, mongodb://…'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  ADMIN_PORT: port.describe('port of health and metrics'),
  ADMIN_HOST: z.string().default('127.0.0.1'),
  ADMIN_TOKEN: z
    .string()
    .min(16)
    .optional()
    .describe('bearer token of health and metrics for other machines'),
  /** Crash points armed in tests (`C9:kill`); unset in production. */
  FAILPOINTS: z.string().default(''),
} as const;

/** Variables of programs that use the queues. */
export const queueVariables = {
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//)
    .describe('address of Redis, redis://…'),
  QUEUE_PREFIX: z
    .string()
    .regex(/^[\w{}-]{1,64}$/)
    .default('envase'),
} as const;

/** Business waits last this many times less: 1 in production, more in demonstrations. */
export const speedVariable = { SPEED: z.coerce.number().positive().default(1) } as const;

/** A TCP port; 0 takes any free one. */
export const portVariable = port;

/** A list of hosts, comma separated; none unless given. */
export const hostsVariable = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((host) => host.trim())
      .filter((host) => host !== ''),
  );

/** `id:base64,id2:base64`, the current key first, checked by making a ring of it. */
export const keyRingVariable = z.string().transform((text, context) => {
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

/** JSON as a variable's text; pipe it into the schema of what it holds. */
export const jsonVariable = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown; // parsed by the schema it is piped into
  } catch {
    context.addIssue({ code: 'custom', message: 'not JSON' });
    return z.NEVER;
  }
});
