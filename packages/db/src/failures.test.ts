import { AppError } from '@envase/runtime';
import { mongo } from 'mongoose';
import { expect, it } from 'vitest';
import { duplicatePositions, isDuplicate, isUnavailable, shield, translate, writesOnce } from './failures.ts';

const serverError = (code: number, labels: string[] = []) =>
  new mongo.MongoServerError({ code, errmsg: 'x', errorLabels: labels });

it.each([
  ['a write that a majority did not confirm in time', serverError(64)],
  ['a query over its time limit', serverError(50)],
  ['a primary that stepped down', serverError(10107)],
  ['a write that the driver may retry', serverError(1, ['RetryableWriteError'])],
  ['a lost connection', new mongo.MongoNetworkError('gone')],
  [
    'a write concern error',
    new mongo.MongoWriteConcernError({ ok: 1, writeConcernError: { code: 64, errmsg: 'x' } }),
  ],
])('%s is unavailable, to be tried again', (_, error) => {
  const translated = translate(error);
  expect(translated).toBeInstanceOf(AppError);
  expect(translated).toMatchObject({ code: 'unavailable', retryAfterSeconds: 1, cause: error });
  expect(String(translated)).not.toContain('gone');
});

it.each([
  ['a duplicate', serverError(11000)],
  ['a refused document', serverError(121)],
  ['a fault of ours', new TypeError('x')],
  ['an answer of ours', new AppError('conflict', 'x')],
  ['what is no error', 'x'],
])('%s is passed on as it is', (_, error) => {
  expect(isUnavailable(error)).toBe(false);
  expect(translate(error)).toBe(error);
});

it('shields every method, with its parameters and its result', async () => {
  const shielded = shield({
    add: async (one: number, other: number) => one + other,
    fail: async () => {
      throw serverError(64);
    },
    failAtOnce: (): Promise<void> => {
      throw new TypeError('at once');
    },
  });
  expect(await shielded.add(1, 2)).toBe(3);
  await expect(shielded.fail()).rejects.toMatchObject({ code: 'unavailable' });
  await expect(shielded.failAtOnce()).rejects.toThrow(TypeError);
});

it('takes a taken key for an answer and everything else for a failure', async () => {
  expect(isDuplicate(serverError(11000))).toBe(true);
  expect(await writesOnce(Promise.resolve())).toBe(true);
  expect(await writesOnce(Promise.reject(serverError(11000)))).toBe(false);
  await expect(writesOnce(Promise.reject(serverError(64)))).rejects.toMatchObject({ code: 64 });
  expect(() => duplicatePositions(serverError(11000))).toThrow(mongo.MongoServerError);
});
