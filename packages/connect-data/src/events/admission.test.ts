import { AppError } from '@envase/runtime';
import { describe, expect, it } from 'vitest';
import { type Admit, createAdmission } from './admission.ts';

/** Admission before a store that takes `takes(place)` ms for the publish at that place among those that came together. */
function createWorld(takes: (place: number) => number) {
  let now = 0;
  const admit = createAdmission({ atLeast: 20, now: () => now });
  /** So many publishes at once; resolves with how many were admitted, when all of these are done. */
  const publish = async (count: number): Promise<number> => {
    const startedAt = now;
    const ends: (() => void)[] = [];
    const answers = Array.from({ length: count }, () =>
      admit(() => new Promise<void>((resolve) => void ends.push(resolve))).then(
        () => true,
        () => false,
      ),
    );
    for (const [index, end] of ends.entries()) {
      now = startedAt + takes(index + 1);
      end();
      await new Promise(setImmediate);
    }
    return (await Promise.all(answers)).filter(Boolean).length;
  };
  return { admit, publish };
}

async function publishAlone(publish: (count: number) => Promise<number>): Promise<void> {
  for (let n = 0; n < 40; n += 1) await publish(1);
}

const refusalOf = (admit: Admit) => admit(async () => 'done').catch((error: unknown) => error);

describe('admission of publishes', () => {
  it('refuses at once what finds no place, and takes the next when one is free', async () => {
    const { admit } = createWorld(() => 1);
    const gate = Promise.withResolvers<void>();
    const all = Array.from({ length: 20 }, () => admit(() => gate.promise));
    const refusal = await refusalOf(admit);
    expect(refusal).toBeInstanceOf(AppError);
    expect(refusal).toMatchObject({ code: 'unavailable' });
    gate.resolve();
    await Promise.all(all);
    expect(await refusalOf(admit)).toBe('done');
  });

  it('gives the place back when a publish fails', async () => {
    const { admit, publish } = createWorld(() => 1);
    const fail = () => admit(() => Promise.reject(new Error('no store')));
    await Promise.allSettled(Array.from({ length: 50 }, fail));
    expect(await publish(50)).toBe(20);
  });

  it('keeps the places where a store writes one publish after the other', async () => {
    const { publish } = createWorld((place) => place * 3);
    await publishAlone(publish);
    for (let n = 0; n < 20; n += 1) expect(await publish(200)).toBe(20);
  });

  it('makes more places where many take no longer than few, and fewer once they do', async () => {
    let isParallel = true;
    const { publish } = createWorld((place) => (isParallel ? 100 : place * 100));
    await publishAlone(publish);
    for (let n = 0; n < 40; n += 1) await publish(500);
    const most = await publish(500);
    expect(most).toBeGreaterThan(100);
    isParallel = false;
    for (let n = 0; n < 40; n += 1) await publish(500);
    expect(await publish(500)).toBe(20);
  });

  it('makes none before it knows how long few take', async () => {
    const { publish } = createWorld(() => 100);
    for (let n = 0; n < 20; n += 1) expect(await publish(200)).toBe(20);
  });
});
