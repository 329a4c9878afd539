type Shares = readonly [part: string, share: number][];

const least = 0.01;

/** Rows of µs per part in both halves and their difference, the largest first; parts below 1 % of both halves are one row. */
export function tabulateParts(
  cpu: { ours: number; bare: number },
  shares: { ours: Shares; bare: Shares },
): string[] {
  const ours = new Map(shares.ours);
  const bare = new Map(shares.bare);
  const rows = new Map<string, { ours: number; bare: number }>();
  for (const part of new Set([...ours.keys(), ...bare.keys()])) {
    const share = { ours: ours.get(part) ?? 0, bare: bare.get(part) ?? 0 };
    const name = Math.max(share.ours, share.bare) < least ? 'the rest' : part;
    const row = rows.get(name) ?? { ours: 0, bare: 0 };
    rows.set(name, { ours: row.ours + share.ours * cpu.ours, bare: row.bare + share.bare * cpu.bare });
  }
  const sorted = [...rows].sort((a, b) => b[1].ours - b[1].bare - (a[1].ours - a[1].bare));
  const line = (cells: readonly string[]) =>
    `    ${cells.map((cell, at) => (at === 0 ? cell.padEnd(22) : cell.padStart(8))).join('')}`;
  return [
    line(['µs an event', 'ours', 'bare', 'more']),
    ...sorted.map(([part, row]) =>
      line([part, ...[row.ours, row.bare, row.ours - row.bare].map((value) => value.toFixed(0))]),
    ),
  ];
}
