/** The places in this process that hooks which failed last may take together. */
export interface FailingShare {
  /** False when all of them are taken. */
  take(): boolean;
  leave(): void;
}

/** Hanging receivers hold their places for long: however many there are, the rest stays with the healthy (quality R7). */
export function createFailingShare(places: number): FailingShare {
  let taken = 0;
  return {
    take() {
      if (taken >= places) return false;
      taken += 1;
      return true;
    },
    leave() {
      taken -= 1;
    },
  };
}
