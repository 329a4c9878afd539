import type { PageOf, PageRequest } from '../src/index.ts';

/** Follows the cursors to the end; `between` runs after every page. */
export async function readAllPages<T>(
  read: (page: PageRequest) => Promise<PageOf<T>>,
  { limit, between }: { limit: number; between?: () => Promise<unknown> },
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page: PageOf<T> = await read({ limit, cursor });
    items.push(...page.items);
    cursor = page.nextCursor;
    await between?.();
  }
  return items;
}
