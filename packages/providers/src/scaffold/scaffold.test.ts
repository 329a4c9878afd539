import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readNames, scaffoldProvider } from './scaffold.ts';

const here = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** A package like this one with a source folder of its own, where what is written disturbs nobody. */
function createPackage(): string {
  const root = mkdtempSync(join(tmpdir(), 'new-provider-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  symlinkSync(join(here, 'node_modules'), join(root, 'node_modules'));
  symlinkSync(join(here, '../../tsconfig.base.json'), join(root, 'tsconfig.base.json'));
  writeFileSync(join(root, 'package.json'), '{"type":"module"}');
  return root;
}

describe('a new provider', () => {
  it('has names that follow from its id, in either spelling', () => {
    const names = { id: 'port_of_x2', folder: 'port-of-x2', camel: 'portOfX2', pascal: 'PortOfX2' };
    expect(readNames('port_of_x2')).toEqual(names);
    expect(readNames('port-of-x2')).toEqual(names);
    for (const bad of ['', '../up', 'Port', '2x', 'a__b', 'a_', 'a b']) expect(readNames(bad)).toBeNull();
  });

  it('passes the type check and fails the conformance suite until it is filled', {
    timeout: 240_000,
  }, async () => {
    const root = createPackage();
    const sources = join(root, 'src');
    const names = readNames('port_of_nowhere');
    if (!names) throw new Error('a good id');
    const files = scaffoldProvider(sources, names);
    expect(files.map((path) => path.slice(root.length + 1))).toContain(
      'src/port-of-nowhere/provider.test.ts',
    );
    for (const name of readdirSync(join(here, 'src')))
      symlinkSync(join(here, 'src', name), join(sources, name));
    const options = { types: ['node'], noEmit: true };
    const config = {
      extends: './tsconfig.base.json',
      compilerOptions: options,
      include: ['src/port-of-nowhere'],
    };
    writeFileSync(join(root, 'tsconfig.json'), JSON.stringify(config));
    const bin = join(root, 'node_modules/.bin');
    await run(join(bin, 'tsc'), ['-p', root], { cwd: root });
    const report = join(root, 'report.json');
    const reporting = ['--root', root, '--reporter', 'json', '--outputFile', report];
    await expect(
      run(join(bin, 'vitest'), ['run', ...reporting, 'port-of-nowhere'], { cwd: root }),
    ).rejects.toThrow();
    const { numFailedTests, numPassedTests } = JSON.parse(readFileSync(report, 'utf8'));
    expect(numFailedTests).toBeGreaterThan(0);
    expect(numPassedTests).toBeGreaterThan(0);
    expect(() => scaffoldProvider(sources, names)).toThrow('There is a folder port-of-nowhere already');
  });
});
