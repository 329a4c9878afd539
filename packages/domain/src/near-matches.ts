const maxNearMatches = 3;
// Longer words are cut: nobody's id is that long, and the cost grows with the square.
const maxLength = 64;

/** The known words that `word` may have been meant for, nearest first, at most 3. Case, `-`, `_` and blanks do not count. */
export function findNearMatches(word: string, known: readonly string[]): string[] {
  const wanted = simplify(word);
  if (wanted === '') return [];
  return known
    .map((candidate) => ({ candidate, distance: measure(wanted, simplify(candidate)) }))
    .filter(({ distance }) => distance <= Math.max(1, Math.floor(wanted.length / 3)))
    .toSorted((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, maxNearMatches)
    .map(({ candidate }) => candidate);
}

function simplify(word: string): string {
  return word
    .slice(0, maxLength)
    .toLowerCase()
    .replace(/[-_\s]/g, '');
}

/** A word that begins or holds the other counts as one edit: `houston` for `port_houston`. */
function measure(wanted: string, candidate: string): number {
  if (wanted.length >= 3 && candidate.includes(wanted)) return candidate === wanted ? 0 : 1;
  return editDistance(wanted, candidate);
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const at = (list: number[], index: number) => list[index] ?? Number.POSITIVE_INFINITY;
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        at(last, j) + 1,
        at(row, j - 1) + 1,
        at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1),
        isSwap ? at(beforeLast, j - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
