const STATIC = /(?:^|\n)[ \t]*(?:import|export)\s(?:[^'"`;]*?\sfrom\s+)?['"]([^'"\n]+)['"]/g;
const DYNAMIC = /\bimport\(\s*['"]([^'"\n]+)['"]/g;

/** The modules a TypeScript text names in `import` and `export … from`, once each, in order. */
export function findImports(text: string): string[] {
  const names = [STATIC, DYNAMIC].flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1]));
  return [...new Set(names.filter((name) => name !== undefined))];
}

/** `@scope/name` or `name` of a module that is neither relative nor of Node; undefined for those. */
export function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith('.') || specifier.startsWith('node:')) return undefined;
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}
