import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The workspace's top folder. */
export const ROOT = fileURLToPath(new URL('../../../..', import.meta.url)).replace(/\/$/, '');

export interface SourceFile {
  /** From the workspace's top, with slashes. */
  path: string;
  text: string;
}

export interface WorkspacePackage {
  /** The folder in `packages/`. */
  folder: string;
  name: string;
  dependencies: readonly string[];
  devDependencies: readonly string[];
  sources: readonly SourceFile[];
}

/** Every package of the workspace with its TypeScript, fixtures left out. */
export async function readWorkspace(root: string): Promise<WorkspacePackage[]> {
  const manifests = globSync('packages/*/package.json', { cwd: root }).sort();
  return Promise.all(manifests.map((manifest) => readPackage(root, manifest)));
}

interface Manifest {
  name: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

async function readPackage(root: string, manifestPath: string): Promise<WorkspacePackage> {
  const folder = manifestPath.split('/')[1] ?? '';
  const manifest = JSON.parse(await readFile(join(root, manifestPath), 'utf8')) as Manifest; // pnpm's own format
  return {
    folder,
    name: manifest.name,
    dependencies: Object.keys(manifest.dependencies ?? {}),
    devDependencies: Object.keys(manifest.devDependencies ?? {}),
    sources: await readSources(root, join(root, 'packages', folder)),
  };
}

async function readSources(root: string, dir: string): Promise<SourceFile[]> {
  const exclude = (name: string) => name === 'node_modules' || name === 'fixtures' || name === 'dist';
  const files = globSync('**/*.ts', { cwd: dir, exclude }).sort();
  return Promise.all(
    files.map(async (file) => {
      const path = join(dir, file);
      return { path: relative(root, path), text: await readFile(path, 'utf8') };
    }),
  );
}

/** Code that only tests, benchmarks and builds run: it may use what the package declares for development. */
export function isTestCode(path: string): boolean {
  return /\.test\.ts$|\/vitest\.config\.ts$|^packages\/[^/]+\/(test|bench|build)\/|\/conformance\//.test(
    path,
  );
}
