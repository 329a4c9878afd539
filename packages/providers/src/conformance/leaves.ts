export type LeafPath = readonly (string | number)[];

/** The paths of every value that holds no others. */
export function leavesOf(value: unknown, path: LeafPath = []): LeafPath[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, member]) =>
    leavesOf(member, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

/** A copy with another value at a path. */
export function replaceLeaf(value: unknown, path: LeafPath, leaf: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return leaf;
  if (Array.isArray(value)) {
    return value.map((member, index) => (index === key ? replaceLeaf(member, rest, leaf) : member));
  }
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [
    name,
    name === key ? replaceLeaf(member, rest, leaf) : member,
  ]);
  return Object.fromEntries(members);
}
