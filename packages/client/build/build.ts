import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type InputOptions, rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';
import { writeTypes } from './write-types.ts';

// `pnpm --filter @envase/client build`: writes to `dist` what is published: JavaScript modules, one file of types, the
// README and a manifest without dependencies. Fails where anything but Node itself would be imported.
const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

await rm(dist, { recursive: true, force: true });
await bundle({ input: { index: join(root, 'src/index.ts'), main: join(root, 'src/main.ts') } });
await bundle({ input: { index: await writeTypes(root) }, plugins: [dts({ dtsInput: true })] });
await rm(join(dist, 'types'), { recursive: true });
await writeManifest();
await cp(join(root, 'README.md'), join(dist, 'README.md'));

/** Leaves out every module of which nothing is used: only `main.ts` acts on import. */
async function bundle(options: InputOptions): Promise<void> {
  const build = await rolldown({
    platform: 'node',
    external: (id) => /^[a-z@]/.test(id) && !id.startsWith('@envase/'),
    treeshake: { moduleSideEffects: (id) => id.endsWith('main.ts') },
    logLevel: 'silent',
    ...options,
  });
  const { output } = await build.write({ dir: dist, format: 'esm', chunkFileNames: '[name].js' });
  await build.close();
  // What is written counts: the bundler lists imports of types that it has left out.
  const written = output.flatMap((file) => (file.type === 'chunk' ? [file.code] : []));
  const imports = written.flatMap((code) => [...code.matchAll(/^import .*['"](.+)['"];$/gm)]);
  const foreign = imports.map(([, name = '']) => name).filter((name) => !/^(node:|\.\/)/.test(name));
  if (foreign.length > 0) throw new Error(`the package would need ${foreign.join(', ')}`);
}

async function writeManifest(): Promise<void> {
  const text = await readFile(join(root, 'package.json'), 'utf8');
  // Our own manifest, beside this folder.
  const { name, version, description } = JSON.parse(text) as Record<string, string>;
  const manifest = {
    name,
    version,
    description,
    license: 'UNLICENSED',
    type: 'module',
    engines: { node: '>=22' },
    sideEffects: false,
    exports: { '.': { types: './index.d.ts', default: './index.js' } },
    bin: { 'envase-trace': './main.js' },
  };
  await writeFile(join(dist, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}
