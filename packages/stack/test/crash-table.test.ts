import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

// Research/reliability-security-performance.md 1.5: what can be lost between a 201 and the delivery, and the tests that show it is not.
const packages = fileURLToPath(new URL('../..', import.meta.url));
const points = 'stack/test/crash-points.test.ts';
const table: Record<string, string[]> = {
  C0: ['connect-data/test/crash-points.test.ts'],
  C1: [points],
  C2: [points],
  C3: [points],
  C4: [points],
  C5: [points],
  C6: [points],
  C7: [points],
  C8: [points],
  C9: ['webhook-delivery/test/crash.test.ts', points],
  C10: ['webhook-delivery/test/crash.test.ts', points],
  C11: ['webhook-delivery/test/crash-points.test.ts'],
  C12: ['webhook-delivery/test/crash-points.test.ts'],
  C13: [points],
  C14: ['trace-manager/test/flush.test.ts'],
  C15: ['webhook-delivery/test/crash-processes.test.ts'],
  C16: ['webhook-delivery/test/outage.test.ts'],
  C17: ['queues/src/kill.test.ts'],
  C18: ['stack/test/crash-restart.test.ts'],
  C19: [points],
  C20: ['webhook-delivery/test/crash-processes.test.ts'],
};

const title = /^\s*(?:it|describe)(?:\.each\(.*?\)|\.concurrent)?\(\s*(['"`])(.*?)\1/gm;

/** Crash points that titles of a test file name. */
function namedIn(file: string): Set<string> {
  const text = readFileSync(join(packages, file), 'utf8');
  const titles = [...text.matchAll(title)].map(([, , words]) => words ?? '');
  return new Set(titles.flatMap((words) => words.match(/(?<=\()C\d+(?=[,)])/g) ?? []));
}

it('has every crash point from C0 to C20', () => {
  expect(Object.keys(table)).toEqual(Array.from({ length: 21 }, (_, index) => `C${index}`));
});

it.each(Object.entries(table))('shows %s in a test that names it', (point, files) => {
  for (const file of files) expect(namedIn(file), file).toContain(point);
});

it('leaves out no test that names one', () => {
  const files = globSync('*/{src,test}/**/*.test.ts', { cwd: packages });
  const named = files.flatMap((file) => [...namedIn(file)].map((point) => `${point} ${file}`));
  const listed = Object.entries(table).flatMap(([point, of]) => of.map((file) => `${point} ${file}`));
  expect(named.toSorted()).toEqual(listed.toSorted());
});
