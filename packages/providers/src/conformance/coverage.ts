import type { Observed } from '@envase/domain';
import { describe, expect, it } from 'vitest';

/** One member or code of a wire format, and what becomes of it: a value in our words, or a reason why nothing does. */
export type CoverageRow = {
  /** `member`, or `member=code` where every code has its own meaning. */
  field: string;
  /** A value it can have. */
  value: unknown;
  /** Members that must stand beside it to mean anything. */
  beside?: Readonly<Record<string, unknown>>;
} & ({ becomes: object } | { unused: string });

export interface Coverage {
  /** Every member and code the documentation names. */
  documented: readonly string[];
  rows: readonly CoverageRow[];
  /** Maps an answer that holds just these members besides what identifies the box. */
  map(members: Readonly<Record<string, unknown>>): Observed;
}

/** Proves a table of coverage against the mapper: what it says is mapped is, what it says is not changes nothing. */
export function describeCoverage(name: string, { documented, rows, map }: Coverage): void {
  describe(`${name} mapping`, () => {
    it('accounts for everything documented', () => {
      expect([...new Set(rows.map((row) => row.field))].toSorted()).toEqual([...documented].toSorted());
    });

    it.each(rows)('of $field $value', (row) => {
      const observed = map({ ...row.beside, [row.field.split('=')[0] ?? '']: row.value });
      if ('becomes' in row) expect(observed).toMatchObject(row.becomes);
      else expect(observed).toEqual(map({ ...row.beside }));
    });
  });
}
