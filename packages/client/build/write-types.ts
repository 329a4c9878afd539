import { execFile } from 'node:child_process';
import { glob, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const inferred = /^export type (\w+) = z\.output<typeof (\w+)>;$/gm;
const declared = /^export declare const (\w+): ([\s\S]*?);$(?=\s*(?:export|$(?![\s\S])))/gm;

/**
 * Has the compiler write the types of the package and of `contracts`, file by file, below `dist/types`; resolves with
 * the entry. Types that `contracts` infers from its schemas are written as what they are: no schema library is needed
 * to read them.
 */
export async function writeTypes(root: string): Promise<string> {
  const dir = join(root, 'dist/types');
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, 'plain.ts'), await askForPlainTypes(join(root, '../contracts/src')));
  await promisify(execFile)(join(root, 'node_modules/.bin/tsc'), ['-p', join(root, 'tsconfig.build.json')]);
  const plain = await readFile(join(dir, 'client/dist/types/plain.d.ts'), 'utf8');
  const bodies = new Map([...plain.matchAll(declared)].map(([, name, body]) => [name, body]));
  await rewrite(join(dir, 'contracts/src'), (text) =>
    text.replaceAll(inferred, (line, name) =>
      bodies.has(name) ? `export type ${name} = ${bodies.get(name)};` : line,
    ),
  );
  const contracts = JSON.stringify(join(dir, 'contracts/src/index.d.ts'));
  await rewrite(join(dir, 'client/src'), (text) => text.replaceAll(/(['"])@envase\/contracts\1/g, contracts));
  return join(dir, 'client/src/index.d.ts');
}

/** A module with a constant for each inferred type: of a constant without a type the compiler writes all that it is. */
async function askForPlainTypes(contracts: string): Promise<string> {
  const lines = ["import * as contracts from '@envase/contracts';"];
  for await (const file of glob('*.ts', { cwd: contracts })) {
    const text = await readFile(join(contracts, file), 'utf8');
    for (const [, name, schema] of text.matchAll(inferred)) {
      lines.push(`export const ${name} = contracts.${schema}.parse(undefined);`);
    }
  }
  return `${lines.join('\n')}\n`;
}

async function rewrite(folder: string, change: (text: string) => string): Promise<void> {
  for await (const file of glob('**/*.d.ts', { cwd: folder })) {
    const path = join(folder, file);
    await writeFile(path, change(await readFile(path, 'utf8')));
  }
}
