const toLetter: Readonly<Record<string, string>> = { '0': 'O', '1': 'I' };
const toDigit: Readonly<Record<string, string>> = { O: '0', I: '1' };

/**
 * The one valid number that swapping two neighbours, or reading O for 0 and I for 1, makes of a mistyped one; null where
 * there is none or more than one, since one swap in eleven is valid by chance.
 */
export function suggestNumber(mistyped: string, isValid: (number: string) => boolean): string | null {
  const read = readLookalikes(mistyped);
  const candidates = new Set([...swapNeighbours(mistyped), read].filter(isValid));
  const [only, ...others] = candidates;
  return only !== undefined && others.length === 0 ? only : null;
}

function swapNeighbours(number: string): string[] {
  return [...number].slice(1).map((_, index) => {
    const [a, b] = [number[index] ?? '', number[index + 1] ?? ''];
    return `${number.slice(0, index)}${b}${a}${number.slice(index + 2)}`;
  });
}

/** Letters where a number has letters, digits where it has digits. */
function readLookalikes(number: string): string {
  return [...number]
    .map((character, index) => (index < 4 ? toLetter : toDigit)[character] ?? character)
    .join('');
}
