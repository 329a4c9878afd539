import type { Database } from '@envase/db';
import { asError, type Readiness, type Shutdown } from '@envase/runtime';

export interface ReadinessDeps {
  db: Pick<Database, 'ping' | 'clockSkewMs'>;
  /** Rejects while Redis cannot be worked with. */
  askRedis: () => Promise<void>;
  shutdown: Pick<Shutdown, 'isStopping'>;
  /** False until the port that others call is open. */
  isListening: () => boolean;
  needsRedis: boolean;
}

// Architecture, "Growing past one machine": a program whose clock is further off MongoDB's is not ready.
const maxSkewMs = 1_000;

type Check = { ok: boolean; detail?: string };

/** `/health/ready`: the program listens and does not stop; MongoDB answers and agrees on the time; Redis answers where the program cannot work without. */
export function createReadiness({
  db,
  askRedis,
  shutdown,
  isListening,
  needsRedis,
}: ReadinessDeps): () => Promise<Readiness> {
  return async () => {
    const [mongodb, clock, redisCheck] = await Promise.all([
      check(() => db.ping()),
      check(async () => {
        const skewMs = await db.clockSkewMs();
        if (Math.abs(skewMs) > maxSkewMs)
          throw new Error(`The clock is ${Math.round(skewMs)} ms off that of MongoDB`);
      }),
      check(askRedis),
    ]);
    const stopping: Check = shutdown.isStopping() ? { ok: false, detail: 'stopping' } : { ok: true };
    const listening: Check = isListening() ? { ok: true } : { ok: false, detail: 'not listening yet' };
    const ok = [mongodb, clock, stopping, listening].every((one) => one.ok) && (redisCheck.ok || !needsRedis);
    return { ok, checks: { mongodb, clock, redis: redisCheck, stopping, listening } };
  };
}

async function check(ask: () => Promise<unknown>): Promise<Check> {
  try {
    await ask();
    return { ok: true };
  } catch (error) {
    return { ok: false, detail: asError(error).message };
  }
}
