import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readmeProgram } from './readme-program.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name: string) => join(root, 'node_modules/.bin', name);

/** What a command printed; rejects with all it said where it fails. */
async function run(command: string, args: string[], cwd: string): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { cwd }).catch((error) => {
    throw new Error(`${command} ${args.join(' ')}\n${error.stdout}\n${error.stderr}`);
  });
  return stdout;
}

/** The package manager that runs this test, or that of the workspace. */
function pnpm(args: string[], cwd: string): Promise<string> {
  const { npm_execpath: path = '' } = process.env;
  return path.includes('pnpm')
    ? run(process.execPath, [path, ...args], cwd)
    : run('npx', ['-y', 'pnpm@10.34.9', ...args], cwd);
}

let project: string;
let installed: string;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'envase-client-'));
  installed = join(project, 'node_modules/@envase/client');
  await run(process.execPath, ['build/build.ts'], root);
  await pnpm(['pack', '--pack-destination', project], root);
  const [tarball] = (await readdir(project)).filter((name) => name.endsWith('.tgz'));
  await writeFile(join(project, 'package.json'), '{ "private": true, "type": "module" }');
  await pnpm(['add', '--offline', `./${tarball}`], project);
}, 240_000);

afterAll(() => rm(project, { recursive: true, force: true }));

describe('the package as it is published', () => {
  it('holds what is needed to use it, and depends on nothing', async () => {
    const own = (await readdir(installed)).filter((name) => name !== 'node_modules');
    expect(own.filter((name) => !name.endsWith('.js')).toSorted()).toEqual([
      'README.md',
      'index.d.ts',
      'package.json',
    ]);
    const manifest = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'));
    expect(Object.keys(manifest).filter((name) => /dependencies/i.test(name))).toEqual([]);
    expect(await readdir(join(project, 'node_modules'))).toEqual(expect.not.arrayContaining(['zod']));
  });

  it('is imported by plain Node with everything that its source has', async () => {
    const program = "console.log(JSON.stringify(Object.keys(await import('@envase/client'))))";
    const names = JSON.parse(await run(process.execPath, ['--input-type=module', '-e', program], project));
    expect(names.toSorted()).toEqual(Object.keys(await import('../src/index.ts')).toSorted());
  });

  it('has a command', async () => {
    const text = await run(process.execPath, [join(installed, 'main.js'), '--help'], project);
    expect(text).toContain('envase-trace hooks listen --forward <url>');
    expect(await readdir(join(project, 'node_modules/.bin'))).toContain('envase-trace');
  });

  it('has types that a strict compiler takes, its own files not skipped', async () => {
    // What the README uses beside it; nothing of these belongs to the package.
    const modules = join(root, 'node_modules');
    await symlink(join(modules, '@types'), join(project, 'node_modules/@types'));
    await mkdir(join(project, 'src'));
    await writeFile(join(project, 'src/use.ts'), `${readmeProgram()}\n${wrongUse}`);
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      module: 'nodenext',
      target: 'es2024',
      lib: ['es2024'],
      types: ['node'],
      noEmit: true,
      skipLibCheck: false,
    };
    await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
    await run(bin('tsc'), ['-p', '.'], project);
  }, 120_000);
});

/** Each line must be refused: types that had become `any` would take them. */
const wrongUse = `
// @ts-expect-error a state that no delivery has
envase.webhooks.deliveries('w1', { state: 'lost' });
// @ts-expect-error numbers are text
void envase.traceContainers({ orgId, svcId, providerId: 'apm', numbers: [1] });
// @ts-expect-error a status that no trace has
if (trace.status === 'sunk') console.log(trace);
// @ts-expect-error a warning has no such member
console.log(items[0]?.warnings[0]?.colour);
`;
