/** Where the inferred exchange keeps its files: a request in `/in` is answered under the same name in `/out`. */
export const requestPath = (id: string) => `/in/${id}.csv`;
/** Written here and renamed, so that nobody reads half a request. */
export const uploadPath = (id: string) => `/in/${id}.tmp`;
export const answerPath = (id: string) => `/out/${id}.csv`;

/** A request: one number per line, no header. */
export function writeRequest(numbers: readonly string[]): string {
  return numbers.map((number) => `${number}\n`).join('');
}

/**
 * The records of an answer (RFC 4180 with a header row), by the names of their columns; null for one that is still being
 * written: its last line has no end, a quote is open, or a row has not the columns of the header.
 */
export function readAnswer(text: string): Record<string, string>[] | null {
  const [header, ...rows] = splitRows(text.replace(/^\uFEFF/, '')) ?? [];
  if (!header) return null;
  const names = header.map((name) => name.trim());
  if (rows.some((row) => row.length !== names.length)) return null;
  return rows.map((row) => Object.fromEntries(names.map((name, place) => [name, row[place]?.trim() ?? ''])));
}

const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n)/y;

/** Cells by row, blank lines left out; null where the text ends within a row. */
function splitRows(text: string): string[][] | null {
  const rows: string[][] = [];
  let row: string[] = [];
  cell.lastIndex = 0;
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text);
    if (!found) return null;
    row.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '');
    if (found[3] === ',') continue;
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
  }
  return row.length === 0 ? rows : null;
}
