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

/** Every issue of a zod error, below `base`, with a union's branches flattened. */
export function listIssues(error: z.ZodError, base: readonly PropertyKey[] = []): Issue[] {
  return error.issues.map((issue) => ({
    path: toPointer([...base, ...issue.path]),
    message: issue.message,
  }));
}
