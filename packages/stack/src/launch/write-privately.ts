import { renameSync, rmSync, writeFileSync } from 'node:fs';

/** Writes JSON whole or not at all, readable by the owner only (mode 0600). */
export function writePrivately(path: string, content: object): void {
  const draft = `${path}.new`;
  // The mode counts only for a file that is made.
  rmSync(draft, { force: true });
  writeFileSync(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, path);
}
