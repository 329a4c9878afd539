import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { parseReport, presentTotals, sumResults, type TestReport } from './sum-results.ts';
import { ROOT } from './workspace.ts';

const report = (passed: number, failed = 0): TestReport => ({
  numPassedTests: passed,
  numFailedTests: failed,
  testResults: [
    {
      name: 'a.test.ts',
      status: failed > 0 ? 'failed' : 'passed',
      assertionResults: [{ status: failed > 0 ? 'failed' : 'passed' }],
    },
  ],
});

/** What the real vitest reports for these files. */
async function reportOf(files: Record<string, string>): Promise<TestReport | undefined> {
  const dir = await mkdtemp(join(tmpdir(), 'envase-sum-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(dir, name), text);
  const out = join(dir, 'report.json');
  const args = ['run', '--root', dir, '--globals', '--reporter=json', `--outputFile=${out}`];
  await once(spawn(join(ROOT, 'node_modules/.bin/vitest'), args, { cwd: dir, stdio: 'ignore' }), 'close');
  return parseReport(await readFile(out, 'utf8'));
}

it('sums what passed over the packages', () => {
  const runs = ['@envase/a', '@envase/b'].map((name) => ({ package: name, task: 'test', exitCode: 0 }));
  const totals = sumResults(runs, (name) => report(name === '@envase/a' ? 2 : 3));
  expect(presentTotals(totals)).toBe('5 passed, 0 failed');
});

it('counts a failed test once, though its package failed too, and names it', () => {
  const totals = sumResults([{ package: '@envase/a', task: 'test', exitCode: 1 }], () => report(4, 1));
  expect(totals).toEqual({ passed: 4, failed: 1, notes: ['@envase/a: a test'] });
});

it.each([
  ['no test results', undefined, 0],
  ['no test ran', report(0), 0],
  ['failed outside its tests', report(3), 1],
])('counts one failure for a package with %s', (note, result, exitCode) => {
  const totals = sumResults([{ package: '@envase/a', task: 'test', exitCode }], () => result);
  expect(totals.failed).toBe(1);
  expect(totals.notes).toEqual([`@envase/a: ${note}`]);
});

it('counts a package whose types fail, or were never checked, as one failure', () => {
  const runs = [
    { package: '@envase/a', task: 'typecheck', exitCode: 2 },
    { package: '@envase/b', task: 'typecheck' },
    { package: '@envase/c', task: 'typecheck', exitCode: 0 },
  ];
  expect(sumResults(runs, () => undefined).notes).toEqual([
    '@envase/a: typecheck failed',
    '@envase/b: typecheck failed',
  ]);
});

it('counts a run of nothing as a failure', () => {
  expect(sumResults([], () => undefined)).toMatchObject({ passed: 0, failed: 1 });
});

it('reads a broken or foreign report as none', () => {
  expect(parseReport(undefined)).toBeUndefined();
  expect(parseReport('{"numPassedTests": 3, "testRe')).toBeUndefined();
  expect(parseReport('{}')).toBeUndefined();
});

it('counts what vitest reports of green, red, skipped and broken files', async () => {
  const result = await reportOf({
    'mixed.test.ts':
      // rule-exempt skip: the subject of this test
      "test('a', () => {}); test('b', () => { throw new Error('red'); }); test.skip('c', () => {});",
    'broken.test.ts': "import './is-missing.ts'; test('never', () => {});",
    'hook.test.ts': "beforeAll(() => { throw new Error('no server'); }); test('d', () => {});",
  });
  const totals = sumResults([{ package: '@envase/a', task: 'test', exitCode: 1 }], () => result);
  expect(presentTotals(totals)).toBe('1 passed, 3 failed');
  expect(totals.notes).toContain('@envase/a: b: Error: red');
});
