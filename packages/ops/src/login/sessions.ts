import { randomBytes } from 'node:crypto';
import { type Clock, keyedHash, safeEqual } from '@envase/runtime';

export interface Sessions {
  /** A cookie value for the operator, or null for wrong credentials. */
  open(username: string, password: string): string | null;
  isOpen(cookie: string | undefined): boolean;
}

const lifetimeMs = 8 * 60 * 60_000;

/**
 * Operator sessions as signed values: until when, and a keyed hash over it with a key of this process, so a restart logs
 * everyone out and nothing is stored.
 */
export function createSessions(deps: {
  clock: Clock;
  operator: { username: string; password: string };
}): Sessions {
  const { clock, operator } = deps;
  const key = randomBytes(32);
  const sign = (until: string) => keyedHash(key, until);
  // Hashed before they are compared: equal lengths, and no timing that depends on the secret.
  const isSame = (one: string, other: string) => safeEqual(keyedHash(key, one), keyedHash(key, other));
  return {
    open(username, password) {
      const isUser = isSame(username, operator.username);
      const isPassword = isSame(password, operator.password);
      if (!isUser || !isPassword) return null;
      const until = String(clock.now() + lifetimeMs);
      return `${until}.${sign(until)}`;
    },
    isOpen(cookie) {
      const [until, signature] = cookie?.split('.') ?? [];
      if (until === undefined || signature === undefined) return false;
      return safeEqual(signature, sign(until)) && Number(until) > clock.now();
    },
  };
}
