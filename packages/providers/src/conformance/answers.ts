import { expect, it } from 'vitest';
import type { RealTimeProvider } from '../provider.ts';
import type { ConformanceCases } from './cases.ts';
import { contextOf, onStage } from './stage.ts';

/** Well-formed answers: all, none, half, twice, too much, in another form. */
export function testAnswers(provider: RealTimeProvider, cases: ConformanceCases): void {
  const [first, second] = cases.boxes;
  const map = (number: string, slice: unknown) => provider.map(slice, contextOf(provider, cases, { number }));
  const traceKnowing = (known: readonly string[]) =>
    onStage(provider, cases, {
      reply: (request) => cases.answer(request, known),
      act: (stage) => stage.trace(),
    });

  it('maps the fixtures to what they say', async () => {
    await onStage(provider, cases, {
      reply: (request) => cases.answer(request, cases.boxes),
      async act(stage) {
        const slices = await stage.trace();
        expect([...slices.keys()]).toEqual([...cases.boxes]);
        for (const [number, slice] of slices) expect(map(number, slice)).toEqual(cases.expected[number]);
        expect(JSON.parse(JSON.stringify([...slices]))).toEqual([...slices]);
        expect(stage.questions()).toHaveLength(cases.questions);
        expect(stage.spent()).toBe(cases.questions);
      },
    });
  });

  it('finds nothing in an empty answer', async () => {
    expect((await traceKnowing([])).size).toBe(0);
  });

  it('takes a box that half an answer leaves out for not found, and the other as it is', async () => {
    const slices = await traceKnowing([second]);
    expect([...slices.keys()]).toEqual([second]);
    expect(map(second, slices.get(second))).toEqual(cases.expected[second]);
  });

  it('drops rows for boxes nobody asked for', async () => {
    const slices = await traceKnowing([first, cases.stranger]);
    expect([...slices.keys()]).toEqual([first]);
    expect(map(first, slices.get(first))).toEqual(cases.expected[first]);
  });

  it('reads a box that comes twice as once', async () => {
    const slices = await traceKnowing([first, first, second]);
    expect([...slices.keys()]).toEqual([...cases.boxes]);
    expect(map(first, slices.get(first))).toEqual(cases.expected[first]);
  });

  it('keeps of a shared answer only what is the box’s own', async () => {
    const slices = await traceKnowing([...cases.boxes, cases.stranger]);
    for (const number of cases.boxes) {
      const text = JSON.stringify(slices.get(number));
      for (const other of [...cases.boxes, cases.stranger].filter((one) => one !== number)) {
        expect(text).not.toContain(serialOf(other));
      }
    }
  });

  it.each(cases.flips)('takes $name for $becomes', async ({ flip, becomes }) => {
    const traced = onStage(provider, cases, {
      reply(request) {
        const good = cases.answer(request, [first]);
        return cases.isQuestion(request) ? { ...good, body: flip(good.body) } : good;
      },
      act: (stage) => stage.trace({ numbers: [first] }),
    });
    if (becomes === 'provider_answer') {
      await expect(traced).rejects.toMatchObject({ code: 'provider_answer' });
      return;
    }
    const slices = await traced;
    expect(map(first, slices.get(first))).toEqual(cases.expected[first]);
  });
}

/** The six digits by which every spelling of a number can be found. */
function serialOf(number: string): string {
  return /\d{6}/.exec(number)?.[0] ?? number;
}
