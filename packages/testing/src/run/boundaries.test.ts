import { expect, it } from 'vitest';
import { findBoundaryFaults, mayImport } from './boundaries.ts';
import { findImports } from './imports.ts';
import { ROOT, readWorkspace, type WorkspacePackage } from './workspace.ts';

/** A package that has nothing wrong with it, and what the test makes of it. */
function packageWith(
  changes: Partial<WorkspacePackage> & { code?: string; path?: string },
): WorkspacePackage {
  const { code = '', path = 'src/index.ts', folder = 'tracer', ...rest } = changes;
  return {
    folder,
    name: `@envase/${folder}`,
    dependencies: [],
    devDependencies: [],
    sources: [{ path: `packages/${folder}/${path}`, text: code }],
    ...rest,
  };
}

const faultsOf = (changes: Parameters<typeof packageWith>[0]) => findBoundaryFaults([packageWith(changes)]);

it('lets a package import what its row names', () => {
  const code =
    "import { fold } from '@envase/domain';\nexport * from './run.ts';\nimport { join } from 'node:path';";
  expect(faultsOf({ dependencies: ['@envase/domain'], code })).toEqual([]);
});

it('catches a dependency above the package', () => {
  expect(faultsOf({ folder: 'domain', dependencies: ['@envase/db'] })).toEqual([
    'packages/domain: may not depend on db',
  ]);
});

it('catches a program that depends on a program, for development too', () => {
  const fault = 'packages/tracer: may not depend on ops: programs never import each other';
  expect(faultsOf({ dependencies: ['@envase/ops'] })).toEqual([fault]);
  expect(faultsOf({ devDependencies: ['@envase/ops'] })).toEqual([fault]);
});

it('lets every package have testing and engines for development and not for production', () => {
  const tools = ['@envase/testing', '@envase/engines'];
  expect(faultsOf({ folder: 'contracts', devDependencies: tools })).toEqual([]);
  expect(faultsOf({ folder: 'contracts', dependencies: tools })).toHaveLength(2);
});

it.each([
  ['mongoose', 'db', 'tracer'],
  ['bullmq', 'queues', 'ops'],
  ['ioredis', 'queues', 'http'],
  ['koa', 'http', 'ops'],
])('leaves %s to %s', (library, owner, other) => {
  expect(faultsOf({ folder: owner, dependencies: [library] })).toEqual([]);
  expect(faultsOf({ folder: other, dependencies: [library] })).toEqual([
    `packages/${other}: ${library} belongs to ${owner}`,
  ]);
});

it('catches a package without a row', () => {
  expect(faultsOf({ folder: 'extras' })).toEqual([
    'packages/extras: has no row in mayImport (boundaries.ts)',
  ]);
});

it('catches an import behind the face of a package', () => {
  const code = "import { x } from '@envase/db/src/models.ts';";
  expect(faultsOf({ dependencies: ['@envase/db'], code })).toEqual([
    'packages/tracer/src/index.ts: @envase/db/src/models.ts reaches behind the face of @envase/db',
  ]);
  const config = "import { testConfig } from '@envase/testing/vitest';";
  expect(faultsOf({ devDependencies: ['@envase/testing'], code: config, path: 'vitest.config.ts' })).toEqual(
    [],
  );
});

it('catches a relative import that leaves the package, also a lazy one', () => {
  const code = "const other = await import('../../db/src/models.ts');";
  expect(faultsOf({ code })).toEqual([
    'packages/tracer/src/index.ts: ../../db/src/models.ts leaves the package',
  ]);
});

it('catches an import nobody declared', () => {
  expect(faultsOf({ code: "import got from 'got';" })).toEqual([
    'packages/tracer/src/index.ts: got is not declared in package.json',
  ]);
});

it('keeps what is declared for development out of what runs in production', () => {
  const code = "import { waitFor } from '@envase/testing';";
  const devDependencies = ['@envase/testing'];
  expect(faultsOf({ devDependencies, code })).toEqual([
    'packages/tracer/src/index.ts: @envase/testing is declared for development only',
  ]);
  expect(faultsOf({ devDependencies, code, path: 'src/run.test.ts' })).toEqual([]);
  expect(faultsOf({ devDependencies, code, path: 'test/world.ts' })).toEqual([]);
});

it('finds imports over several lines, exports, types and side effects', () => {
  const code = [
    'import {',
    '  a,',
    "} from 'one';",
    "export type { B } from 'two';",
    "import 'three';",
    "import type { C } from 'four';",
    "const text = `import { no } from 'five'`;",
  ].join('\n');
  expect(findImports(code)).toEqual(['one', 'two', 'three', 'four']);
});

it('has a row for every package of this workspace', async () => {
  const folders = (await readWorkspace(ROOT)).map(({ folder }) => folder);
  expect(folders.length).toBeGreaterThan(15);
  expect(folders.filter((folder) => mayImport[folder] === undefined)).toEqual([]);
});
