/** Prints what a command has to say: names and values for a person, or JSON for a program. */
export function print(result: object | readonly object[], asJson: boolean): void {
  const text = asJson ? JSON.stringify(result, null, 2) : toBlocks(Array.isArray(result) ? result : [result]);
  process.stdout.write(`${text}\n`);
}

function toBlocks(list: readonly object[]): string {
  return list.length === 0 ? 'none' : list.map(toRows).join('\n\n');
}

function toRows(one: object): string {
  const entries = Object.entries(one);
  const width = Math.max(...entries.map(([name]) => name.length));
  return entries.map(([name, value]) => `${name.padEnd(width)}  ${toText(value)}`).join('\n');
}

function toText(value: unknown): string {
  if (Array.isArray(value)) return value.map(toText).join(', ') || 'none';
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([name, one]) => `${name} ${toText(one)}`)
      .join(' ');
  }
  return value === null ? '–' : String(value);
}
