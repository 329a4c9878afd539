import type { z } from 'zod';

/** One fault of an input: `path` is a JSON Pointer into the body, or `query.<name>`, `header.<name>` (contract s9). */
export interface Issue {
  path: string;
  message: string;
}

/** RFC 6901 pointer of a path of keys. */
export function toPointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Every issue of a zod error, below `base`; of a union's branches, that of the one which fits the input best. */
export function listIssues(error: z.ZodError, base: readonly PropertyKey[] = []): Issue[] {
  return error.issues.flatMap((issue) => flatten(issue, base));
}

function flatten(issue: z.core.$ZodIssue, base: readonly PropertyKey[]): Issue[] {
  const path = [...base, ...issue.path];
  // The branch that got furthest into the input is the one that was meant.
  const branches = issue.code === 'invalid_union' ? issue.errors : [];
  const [best] = branches.toSorted((a, b) => depthOf(b) - depthOf(a));
  if (best === undefined || depthOf(best) === 0)
    return [{ path: toPointer(path), message: messageOf(issue) }];
  return best.flatMap((inner) => flatten(inner, path));
}

/** A refused key of a record says why by the issues of the key. */
function messageOf(issue: z.core.$ZodIssue): string {
  const [inner] = issue.code === 'invalid_key' ? issue.issues : [];
  return inner?.message ?? issue.message;
}

function depthOf(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map((issue) => issue.path.length));
}
