/** A line of a bench's result, which `--keep` keeps. */
export function printResult(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** What a bench is doing right now, for whoever waits. */
export function noteProgress(line: string): void {
  process.stderr.write(`${line}\n`);
}
