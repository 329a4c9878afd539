import type { Redis } from '@envase/queues';
import { AppError, type Clock, keyedHash, randomSecret, safeEqual } from '@envase/runtime';

/** Every promise rejects with AppError `unavailable` while Redis is away. */
export interface Sessions {
  /** Whether these are the operator's credentials. */
  admits(username: string, password: string): boolean;
  /** A new session: the secret that stands for it. */
  open(): Promise<string>;
  isOpen(secret: string | undefined): Promise<boolean>;
  /** Ends the session everywhere, whoever kept its secret. */
  close(secret: string | undefined): Promise<void>;
}

export const sessionMs = 8 * 60 * 60_000;

const wellFormed = /^[\w-]{43}$/;

/**
 * Operator sessions of 8 hours, kept in Redis for all instances; a flush logs everyone out. Redis holds a hash of each secret
 * under the operator's password: who reads it cannot log in, and a new password ends every session.
 */
export function createSessions(deps: {
  redis: Redis;
  prefix: string;
  clock: Pick<Clock, 'now'>;
  operator: { username: string; password: string };
}): Sessions {
  const { redis, prefix, clock, operator } = deps;
  const keyOf = (secret: string) => `${prefix}:ops-session:${keyedHash(operator.password, secret)}`;
  return {
    admits(username, password) {
      // Both are compared in every case: the time tells nothing about which was wrong.
      const isUser = safeEqual(username, operator.username);
      const isPassword = safeEqual(password, operator.password);
      return isUser && isPassword;
    },
    async open() {
      const secret = randomSecret('');
      const until = String(clock.now() + sessionMs);
      await reach(() => redis.set(keyOf(secret), until, 'PX', sessionMs));
      return secret;
    },
    async isOpen(secret) {
      if (secret === undefined || !wellFormed.test(secret)) return false;
      const until = await reach(() => redis.get(keyOf(secret)));
      return until !== null && Number(until) > clock.now();
    },
    async close(secret) {
      if (secret === undefined || !wellFormed.test(secret)) return;
      await reach(() => redis.del(keyOf(secret)));
    },
  };
}

async function reach<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    throw new AppError('unavailable', 'Redis is not reachable', { cause });
  }
}
