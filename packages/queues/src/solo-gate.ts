/** Lets work run beside other work, or alone. One per process, shared by all its lane workers. */
export interface SoloGate {
  /** Runs beside others; waits while something runs, or waits to run, alone. */
  share<T>(work: () => Promise<T>): Promise<T>;
  /** Runs when nothing else of this gate runs, and holds everything else back until its end. */
  alone<T>(work: () => Promise<T>): Promise<T>;
}

/** A gate with nothing inside. */
export function createSoloGate(): SoloGate {
  const guests: (() => void)[] = [];
  const soloists: (() => void)[] = [];
  let sharing = 0;
  let isTaken = false;

  function admit(): void {
    if (isTaken) return;
    if (soloists.length > 0) {
      if (sharing > 0) return;
      isTaken = true;
      soloists.shift()?.();
      return;
    }
    for (const enter of guests.splice(0)) {
      sharing += 1;
      enter();
    }
  }

  async function runIn<T>(
    line: (() => void)[],
    gate: { work: () => Promise<T>; leave: () => void },
  ): Promise<T> {
    await new Promise<void>((enter) => {
      line.push(enter);
      admit();
    });
    try {
      return await gate.work();
    } finally {
      gate.leave();
      admit();
    }
  }

  return {
    share: (work) =>
      runIn(guests, {
        work,
        leave: () => {
          sharing -= 1;
        },
      }),
    alone: (work) =>
      runIn(soloists, {
        work,
        leave: () => {
          isTaken = false;
        },
      }),
  };
}
