import { errorBody } from '@envase/contracts';
import { z } from 'zod';
import type { DescribedAnswer, DescribedMore } from '../endpoint.ts';
import type { Route } from '../router.ts';

/** The refusals that a route may answer by how it is made (contract s2), without those that its handler describes. */
export function errorStatuses({ method, endpoint }: Pick<Route, 'method' | 'endpoint'>): number[] {
  const isGuarded = endpoint.scope !== null;
  return [
    400,
    ...(isGuarded ? [401, 403] : []),
    ...(endpoint.params ? [404] : []),
    // Of a key that is at work, or belongs to another body.
    ...(isGuarded && method === 'POST' ? [409, 422] : []),
    ...(method === 'GET' ? [] : [413, 415]),
    ...(endpoint.limit ? [429] : []),
    500,
    503,
  ];
}

/** Every answer that a route describes, by status. */
export function answersOf(route: Pick<Route, 'method' | 'endpoint'>): Map<number, DescribedAnswer> {
  const own = Object.entries(route.endpoint.answers ?? {});
  return new Map<number, DescribedAnswer>([
    ...errorStatuses(route).map((status) => [status, errorBody] as const),
    ...own.map(([status, described]) => [Number(status), described] as const),
  ]);
}

/** A plain schema as what it stands for. */
export function toMore(described: DescribedAnswer): DescribedMore {
  return described instanceof z.ZodType ? { schema: described } : described;
}
