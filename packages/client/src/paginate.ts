import type { Page } from '@envase/contracts';
import type { CallOptions, QueryValue, Requester } from './request.ts';

/** What every list takes. */
export interface ListFilters {
  /** How many items one request brings, 1 to 200; the list itself goes on to its end. */
  limit?: number | undefined;
}

/** Every item of a list, page by page, as they are asked for. */
export async function* paginate<T>(
  request: Requester,
  list: { path: string; query?: object; options?: CallOptions | undefined },
): AsyncGenerator<T, void, void> {
  let cursor: string | undefined;
  do {
    const page = await request.json<Page<T>>({
      method: 'GET',
      path: list.path,
      // Filters are declared as what a query can say.
      query: { ...(list.query as Record<string, QueryValue>), cursor },
      options: list.options,
    });
    yield* page.data;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
