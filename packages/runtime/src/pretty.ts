const LEVELS: Record<number, string> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'WARN',
  50: 'ERROR',
  60: 'FATAL',
};

/** One pino line for people: time, level, program, message, fields; the stack of an error on lines of its own. */
export function formatPretty(line: string): string {
  // The cast: the line was written by pino, whose lines are objects.
  const { level, time, program, msg, err, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const clock = new Date(Number(time)).toISOString().slice(11, 23);
  const parts = [
    clock,
    (LEVELS[Number(level)] ?? String(level)).padEnd(5),
    String(program),
    printable(String(msg ?? '')),
  ];
  for (const [key, value] of Object.entries(fields)) parts.push(`${key}=${printable(asText(value))}`);
  return `${parts.join(' ')}${stackOf(err)}\n`;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

// Control characters could forge lines or drive the terminal.
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, (char) => JSON.stringify(char).slice(1, -1));
}

function stackOf(err: unknown): string {
  if (typeof err !== 'object' || err === null) return '';
  const text = 'stack' in err ? String(err.stack) : JSON.stringify(err);
  return text
    .split('\n')
    .map((row) => `\n    ${printable(row.trim())}`)
    .join('');
}
