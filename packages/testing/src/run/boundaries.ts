import { posix } from 'node:path';
import { findImports, packageOf } from './imports.ts';
import { isTestCode, type SourceFile, type WorkspacePackage } from './workspace.ts';

const libraries = [
  'contracts',
  'runtime',
  'domain',
  'http',
  'egress',
  'db',
  'queues',
  'providers',
  'program',
];

/** Started on their own; what two of them share moves down into a library. */
const programs = ['identity-manager', 'connect-data', 'trace-manager', 'tracer', 'webhook-delivery', 'ops'];

/** The "may import" table of the architecture, by folder. */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  contracts: [],
  runtime: [],
  engines: [],
  domain: ['contracts'],
  http: ['contracts', 'runtime'],
  egress: ['contracts', 'runtime'],
  db: ['contracts', 'runtime', 'domain'],
  queues: ['contracts', 'runtime'],
  providers: ['contracts', 'runtime', 'domain'],
  program: ['contracts', 'runtime', 'db', 'queues'],
  ...Object.fromEntries(programs.map((name) => [name, libraries])),
  client: ['contracts'],
  simulator: ['contracts', 'domain'],
  stack: [...libraries, ...programs, 'client', 'simulator', 'engines'],
  testing: [...libraries, 'client', 'simulator', 'engines'],
};

/** Libraries that one package wraps for all others. `testing` may have each for the bare half of a benchmark. */
const onlyImporters: Readonly<Record<string, readonly string[]>> = {
  mongoose: ['db', 'testing'],
  mongodb: ['db', 'engines', 'testing'],
  bullmq: ['queues', 'testing'],
  ioredis: ['queues', 'testing'],
  koa: ['http', 'simulator', 'testing', 'client'],
  '@koa/router': ['http', 'simulator'],
};

/** What any package may have for development: its tests start, kill and restart servers, and ask simulated providers. */
const TEST_TOOLS = ['testing', 'engines', 'simulator'];

const DEEP_IMPORTS = ['@envase/testing/vitest'];

/** One line for every crossing of a boundary, in a package's declarations or in its code. */
export function findBoundaryFaults(packages: readonly WorkspacePackage[]): string[] {
  return packages.flatMap((one) => [...findDeclarationFaults(one), ...findImportFaults(one)]);
}

function findDeclarationFaults({ folder, dependencies, devDependencies }: WorkspacePackage): string[] {
  const allowed = mayImport[folder];
  if (allowed === undefined) return [`packages/${folder}: has no row in mayImport (boundaries.ts)`];
  const tooMany = (names: readonly string[], extra: readonly string[]) =>
    names.map(folderOf).filter((name) => name !== undefined && ![...allowed, ...extra].includes(name));
  const workspace = [...tooMany(dependencies, []), ...tooMany(devDependencies, TEST_TOOLS)];
  const foreign = [...dependencies, ...devDependencies].filter((name) => !mayHave(folder, name));
  return [
    ...workspace.map((name) => `packages/${folder}: may not depend on ${name}${why(folder, name)}`),
    ...foreign.map((name) => `packages/${folder}: ${name} belongs to ${onlyImporters[name]?.[0]}`),
  ];
}

function why(folder: string, name: string | undefined): string {
  const bothPrograms = programs.includes(folder) && programs.includes(name ?? '');
  return bothPrograms ? ': programs never import each other' : '';
}

function mayHave(folder: string, dependency: string): boolean {
  return onlyImporters[dependency]?.includes(folder) ?? true;
}

function folderOf(name: string): string | undefined {
  return name.startsWith('@envase/') ? name.split('/')[1] : undefined;
}

function findImportFaults(one: WorkspacePackage): string[] {
  return one.sources.flatMap((source) =>
    findImports(source.text).flatMap((specifier) => {
      const fault = judgeImport(one, source, specifier);
      return fault === undefined ? [] : [`${source.path}: ${fault}`];
    }),
  );
}

function judgeImport(one: WorkspacePackage, source: SourceFile, specifier: string): string | undefined {
  const name = packageOf(specifier);
  if (name === undefined) return judgeRelative(one, source, specifier);
  if (name.startsWith('@envase/') && specifier !== name && !DEEP_IMPORTS.includes(specifier)) {
    return `${specifier} reaches behind the face of ${name}`;
  }
  if (name === one.name || one.dependencies.includes(name)) return undefined;
  if (!one.devDependencies.includes(name)) return `${name} is not declared in package.json`;
  return isTestCode(source.path) ? undefined : `${name} is declared for development only`;
}

function judgeRelative(one: WorkspacePackage, source: SourceFile, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const target = posix.join(posix.dirname(source.path), specifier);
  return target.startsWith(`packages/${one.folder}/`) ? undefined : `${specifier} leaves the package`;
}
