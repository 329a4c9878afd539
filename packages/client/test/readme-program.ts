import { readFileSync } from 'node:fs';

/** All code of the README as one program. */
export function readmeProgram(): string {
  const text = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code).join('\n');
}
