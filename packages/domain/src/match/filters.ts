import type { WebhookFilter } from '@envase/contracts';

/** Enough for any legal event and hook; a filter that needs more does not match. */
const maxSteps = 100_000;

interface Budget {
  left: number;
}

/**
 * Whether an event matches a hook's filters (contract s6): AND inside one object, OR across them, no filter matches all. Own
 * properties only; arrays are walked into, numbers are no indexes; values compare strictly by JSON type. Never throws.
 */
export function matchesFilters(root: unknown, filters: readonly WebhookFilter[]): boolean {
  if (filters.length === 0) return true;
  const budget = { left: maxSteps };
  return filters.some((filter) =>
    Object.entries(filter).every(([path, value]) => holds(root, path.split('.'), { value, budget })),
  );
}

function holds(
  node: unknown,
  path: readonly string[],
  want: { value: WebhookFilter[string]; budget: Budget },
): boolean {
  want.budget.left -= 1;
  if (want.budget.left < 0) return false;
  if (Array.isArray(node)) return node.some((element) => holds(element, path, want));
  const [key, ...rest] = path;
  if (key === undefined) return node === want.value;
  // A string's own properties (`length`, `0`) are not the event's.
  if (typeof node !== 'object' || node === null || !Object.hasOwn(node, key)) return false;
  return holds((node as Record<string, unknown>)[key], rest, want); // an own key, checked above
}
