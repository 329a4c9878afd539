import { describe, expect, it } from 'vitest';
import { createReadiness, type ReadinessDeps } from './readiness.ts';

const refuse = (message: string) => () => Promise.reject(new Error(message));

/** Readiness of a program whose stores answer, changed as told. */
function judge({
  mongodb,
  skewMs,
  redis,
  isStopping = false,
  isListening = true,
  needsRedis = true,
}: Situation) {
  const deps: ReadinessDeps = {
    db: { ping: mongodb ?? (async () => undefined), clockSkewMs: skewMs ?? (async () => 0) },
    askRedis: redis ?? (async () => undefined),
    shutdown: { isStopping: () => isStopping },
    isListening: () => isListening,
    needsRedis,
  };
  return createReadiness(deps)();
}

interface Situation {
  mongodb?: () => Promise<void>;
  skewMs?: () => Promise<number>;
  redis?: () => Promise<void>;
  isStopping?: boolean;
  isListening?: boolean;
  needsRedis?: boolean;
}

const away = refuse('away');
const skew = (ms: number) => ({ skewMs: async () => ms });

describe('readiness', () => {
  it.each<[string, Situation, boolean, string[]]>([
    ['all is well', {}, true, []],
    ['MongoDB is away', { mongodb: away, skewMs: away }, false, ['mongodb', 'clock']],
    ['MongoDB does not tell its time', { skewMs: away }, false, ['clock']],
    ['Redis is away and needed', { redis: away }, false, ['redis']],
    ['Redis is away and not needed', { redis: away, needsRedis: false }, true, ['redis']],
    ['it stops', { isStopping: true }, false, ['stopping']],
    ['it stops and Redis is not needed', { isStopping: true, needsRedis: false }, false, ['stopping']],
    ['it does not listen yet', { isListening: false }, false, ['listening']],
    ['the clock is a second ahead', skew(1_000), true, []],
    ['the clock is a second behind', skew(-1_000), true, []],
    ['the clock is more than a second ahead', skew(1_001), false, ['clock']],
    ['the clock is more than a second behind', skew(-1_001), false, ['clock']],
    [
      'nothing is well',
      { mongodb: away, redis: away, isStopping: true, needsRedis: false },
      false,
      ['mongodb', 'redis', 'stopping'],
    ],
  ])('is told when %s', async (_name, situation, ok, failing) => {
    const readiness = await judge(situation);
    const failed = Object.entries(readiness.checks).filter(([, check]) => !check.ok);
    expect(failed.map(([name]) => name)).toEqual(failing);
    expect(readiness.ok).toBe(ok);
  });

  it('names what is wrong', async () => {
    const { checks } = await judge({ ...skew(2_345), redis: refuse('Redis has gone') });
    expect(checks).toEqual({
      mongodb: { ok: true },
      clock: { ok: false, detail: 'The clock is 2345 ms off that of MongoDB' },
      redis: { ok: false, detail: 'Redis has gone' },
      stopping: { ok: true },
      listening: { ok: true },
    });
  });
});
