import { expect, it } from 'vitest';
import { findSourceFaults } from './source-rules.ts';

const inSource = (text: string) => findSourceFaults([{ path: 'packages/x/src/run.ts', text }]);
const inTest = (text: string) => findSourceFaults([{ path: 'packages/x/src/run.test.ts', text }]);

it.each([
  ['mock', "vi.mock('./run.ts');"],
  ['skip', "it.skip('answers', () => {});"],
  ['skip', "describe.only('run', () => {});"],
  ['skip', "it.todo('answers');"],
  ['sleep', 'await new Promise((resolve) => setTimeout(resolve, 100));'],
  ['sleep', "import { setTimeout } from 'node:timers/promises';"],
  ['should', "it('should answer', () => {});"],
])('catches %s in a test: %s', (id, line) => {
  expect(inTest(`\n${line}\n`)).toEqual([
    expect.stringMatching(`^packages/x/src/run\\.test\\.ts:2: .*\\(${id}\\)$`),
  ]);
});

it.each([
  ['note', `// ${'TO'}DO: later`],
  ['note', `/** ${'FIX'}ME */`],
  ['hush', `// @ts-${'ignore'}`],
  ['swallow', 'await close().catch(() => {});'],
  ['swallow', 'await close().catch((error) => undefined);'],
])('catches %s in a source: %s', (id, line) => {
  expect(inSource(line)).toEqual([expect.stringContaining(`(${id})`)]);
});

it('lets the sample TMS of the demo use nothing but the SDK', () => {
  const inSample = (line: string) =>
    findSourceFaults([{ path: 'packages/stack/src/demo/sample-tms.ts', text: `${line}\n` }]);
  expect(inSample("import { createClient } from '@envase/client';")).toEqual([]);
  expect(inSample("import { connectDatabase } from '@envase/db';")).toEqual([
    expect.stringContaining('(sample)'),
  ]);
});

it('lets sources wait for a time, and tests handle an error', () => {
  expect(inSource('setTimeout(resolve, 100);')).toEqual([]);
  expect(inTest('close().catch((error) => faults.push(error));')).toEqual([]);
});

it('lets a line break a rule in the open, with a reason', () => {
  const broken = "vi.mock('./run.ts');";
  expect(inTest(`// rule-exempt mock: the clock of the platform has no port\n${broken}`)).toEqual([]);
  expect(inTest(`// rule-exempt mock:\n${broken}`)).toHaveLength(1);
  expect(inTest(`// rule-exempt skip: another rule\n${broken}`)).toHaveLength(1);
});

it('wants a reason for every cast in a source', () => {
  expect(inSource('const id = value as Id;')).toEqual([
    'packages/x/src/run.ts:1: a cast without a reason on its line or the one above',
  ]);
  expect(inSource('const id = value as Id; // checked by the schema')).toEqual([]);
  expect(inSource('// checked by the schema\nconst id = value as Id;')).toEqual([]);
});

it('takes constants, renames and words in strings for what they are', () => {
  const lines = [
    "const a = ['x'] as const;",
    "import { a as b } from './a.ts';",
    "export * as c from './c.ts';",
    '  createServer as createTcpServer,',
    "const text = 'the same as Before';",
  ];
  expect(inSource(lines.join('\n'))).toEqual([]);
});

it('limits files to 300 lines and comments to three', () => {
  expect(inSource('\n'.repeat(300))).toEqual([]);
  expect(inSource('\n'.repeat(301))).toEqual(['packages/x/src/run.ts: 301 lines, 300 are the limit']);
  expect(inSource('// a\n// b\n// c\nrun();')).toEqual([]);
  expect(inSource('// a\n// b\n// c\n// d\n// e')).toEqual([
    'packages/x/src/run.ts:4: a comment of more than three lines',
  ]);
});

it.each(['src/utils.ts', 'src/common/read.ts', 'test/helpers.ts', 'src/base.test.ts'])(
  'refuses the name %s',
  (path) => {
    expect(findSourceFaults([{ path: `packages/x/${path}`, text: '' }])).toEqual([
      `packages/x/${path}: a name that says nothing`,
    ]);
  },
);
