import type { HoldType } from '@envase/contracts';

// Terminals publish no vocabulary: these words are inferred from what they print.
const kinds: readonly [RegExp, HoldType][] = [
  [/customs|\bcbp\b|\bcus\b|vacis|\bnii\b/i, 'customs'],
  [/usda|agric/i, 'usda'],
  [/freight/i, 'freight'],
  [/steamship|\bssl?\b|\bline\b|carrier/i, 'line'],
  [/terminal|\btmf\b|traffic mitigation|demurrage|storage|damage|yard/i, 'terminal'],
];

/** The kind of hold that a terminal's text names; null when none of the words is in it. */
export function typeOfHold(text: string): HoldType | null {
  return kinds.find(([words]) => words.test(text))?.[1] ?? null;
}
