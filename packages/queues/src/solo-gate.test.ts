import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSoloGate } from './solo-gate.ts';

describe('createSoloGate', () => {
  it('lets the same number run beside each other as came', async () => {
    const gate = createSoloGate();
    let inside = 0;
    let most = 0;
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await Promise.resolve();
      inside -= 1;
    };
    await Promise.all([gate.share(work), gate.share(work), gate.share(work)]);
    expect(most).toBe(3);
  });

  it('never runs anything beside what runs alone, and runs everything once', async () => {
    const turn = fc.record({ alone: fc.boolean(), ticks: fc.nat(4), fails: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(turn, { maxLength: 30 }), async (turns) => {
        const gate = createSoloGate();
        const inside = new Set<Turn>();
        const meetings: Turn[] = [];
        const runs = turns.map((own) => {
          const work = () => stayInside(own, { inside, meetings });
          return own.alone ? gate.alone(work) : gate.share(work);
        });
        const results = await Promise.allSettled(runs);
        expect(meetings).toEqual([]);
        expect(results.map(({ status }) => status === 'rejected')).toEqual(turns.map(({ fails }) => fails));
      }),
    );
  });
});

interface Turn {
  alone: boolean;
  ticks: number;
  fails: boolean;
}

/** Stays for some ticks and notes each at which someone who should be alone is not. */
async function stayInside(own: Turn, seen: { inside: Set<Turn>; meetings: Turn[] }): Promise<void> {
  const { inside, meetings } = seen;
  inside.add(own);
  for (let tick = 0; tick < own.ticks; tick += 1) {
    await Promise.resolve();
    if (inside.size > 1 && [...inside].some(({ alone }) => alone)) meetings.push(own);
  }
  inside.delete(own);
  if (own.fails) throw new Error('failed');
}
