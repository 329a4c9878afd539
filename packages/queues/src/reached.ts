import { AppError } from '@envase/runtime';

/** Asks Redis. Rejects with AppError `unavailable`, the cause kept, when it does not answer or refuses. */
export async function reached<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    throw new AppError('unavailable', 'Redis did not take a command', { cause });
  }
}
